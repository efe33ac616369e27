# Tracebacks of caught exceptions: frames, lines, and the variables that the frames hold.
import sys
import traceback


def low(n):
    local = [n]
    return local[n]


def high():
    value = "high"
    try:
        return low(5)
    except IndexError as error:
        tb = error.__traceback__
        lines = []
        while tb:
            lines.append((tb.tb_frame.f_code.co_name, tb.tb_lineno, sorted(k for k in tb.tb_frame.f_locals if k not in ("tb", "lines", "error"))))
            tb = tb.tb_next
        return lines


print(high())
try:
    high.nothing
except AttributeError:
    print(traceback.format_exc())
print([(each.name, each.lineno, each.line) for each in traceback.extract_stack()[-1:]])


def formatted():
    secret = 42
    try:
        raise KeyError("x") from ValueError("cause")
    except KeyError:
        summary = traceback.TracebackException(*sys.exc_info(), capture_locals=True)
        text = "".join(summary.format())
        return [line.strip() for line in text.splitlines() if "secret" in line or "Error" in line]


print(formatted())
try:
    low(1)
except IndexError as error:
    kept = error
frame = kept.__traceback__.tb_next.tb_frame
print(frame.f_locals, frame.f_lineno)
traceback.clear_frames(kept.__traceback__)
print(frame.f_locals)
