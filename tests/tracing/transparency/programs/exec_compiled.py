# Compiled code run as an interactive interpreter does: one statement at a time, with a display hook.
import code
import sys

lines = ["x = 1", "x + 1", "def f(n):\n    return n * x\n", "f(5)", "[x for x in range(3)]", "x", "y", "import sys as s", "del x", "x"]
space = {"__name__": "console"}
shown = []
sys.displayhook = lambda value: shown.append(value) if value is not None else None
for line in lines:
    try:
        exec(compile(line, "<console>", "single"), space)
    except NameError as error:
        shown.append(str(error))
print(shown)
sys.displayhook = sys.__displayhook__


class Console(code.InteractiveConsole):
    def write(self, text):
        print("console:", text.strip().splitlines()[-1])


console = Console({"start": 5})
for line in ("a = start * 2", "print(a)", "for i in range(2):", "    print(i)", "", "1 / 0", "b ="):
    more = console.push(line)
    print(more, sorted(console.locals.keys() & {"a", "i"}))


def inside():
    variable = "inside"
    made = compile("result = variable.upper()", "<made>", "exec")
    scope = dict(locals())
    exec(made, {}, scope)
    print(eval(compile("variable + '!'", "<made>", "eval")))
    return scope["result"], made.co_names, made.co_filename


print(inside())
