# A function reads and writes the variables of its caller through the frame, as template and f-string libraries do.
import sys


def format_here(text):
    frame = sys._getframe(1)
    return text.format(**frame.f_globals, **{k: v for k, v in frame.f_locals.items() if k not in frame.f_globals})


def report():
    name, count = "ann", 3
    first = format_here("{name} has {count}")
    count += 1
    return first, format_here("{name} has {count}")


print(report())


def debug(*names):
    scope = sys._getframe(1).f_locals
    return ", ".join(f"{n}={scope.get(n, 'unbound')!r}" for n in names)


def loop():
    total = 0
    shown = []
    for i in range(3):
        total += i
        shown.append(debug("i", "total", "later"))
    later = 1
    shown.append(debug("later"))
    return shown


print(loop())


def namespace():
    return sys._getframe(1).f_locals


def uses():
    a = 1
    scope = namespace()
    scope["extra"] = 2
    a = 2
    b = 3
    return sorted(scope), scope.get("extra")


print(uses())
