# Facts about frames: line numbers, code names, f_back, f_globals, f_builtins.
import sys


def level(n):
    if n:
        return level(n - 1)
    names = []
    frame = sys._getframe()
    while frame is not None and frame.f_code.co_name != "<module>":
        names.append((frame.f_code.co_name, frame.f_lineno))
        frame = frame.f_back
    names.append(frame.f_code.co_name)
    return names


print(level(3))
print(sys._getframe().f_lineno, sys._getframe().f_globals is globals(), sys._getframe().f_builtins is not None)


def inside():
    frame = sys._getframe()
    return (frame.f_lasti >= 0, frame.f_code is inside.__code__, frame.f_back.f_code.co_name,
            frame.f_globals is globals(), frame.f_back is not None)


print(inside())
print((lambda: sys._getframe().f_code.co_name)(), [sys._getframe(0).f_lineno for _ in range(1)])
kept = []


def keep():
    value = "kept"
    kept.append(sys._getframe())
    value = "last"


keep()
print(kept[0].f_locals["value"], kept[0].f_back is None or kept[0].f_back.f_code.co_name, kept[0].f_lineno)
kept[0].clear()
print(kept[0].f_locals)
