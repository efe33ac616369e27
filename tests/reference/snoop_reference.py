"""Write the text of unmodified snoop for one program. This is the reference for traces; it does not use statecode.

    python snoop_reference.py SOURCE TEXT < STDIN      writes snoop's text of SOURCE to TEXT

The program runs under the same conditions as in statecode: PYTHONHASHSEED=0 in the environment, a seeded `random`, and a
long switch interval, so that threads of a short program switch only when one blocks, and always in the same order.
"""

import atexit
import builtins
import ctypes
import io
import linecache
import random
import re
import sys
import threading
import types

source_path, text_path = sys.argv[1:]
with open(source_path, "rb") as file:
    source = file.read().decode("utf-8")
used = set(re.findall(r"\w+", source))
used.update({"numpy"} if "pandas" in used else ())
# Hide packages that the program does not use: snoop imports them if they are installed, and pandas then changes the
# record of every program that can warn.
hidden = dict.fromkeys({"numpy", "pandas", "django"} - used)
sys.modules.update(hidden)
import snoop  # noqa: E402

for name in hidden:
    del sys.modules[name]
code = compile(source, "program.py", "exec", dont_inherit=True)
linecache.cache["program.py"] = (len(source), None, list(io.StringIO(source, newline=None)), "program.py")


def code_objects(code):
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from code_objects(constant)


@atexit.register  # at exit, because writing to the file earlier would switch threads and change their order
def save():
    with open(text_path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.write(INITIAL_VARIABLE.sub("", "".join(texts)))


# These variables of the module are not shown while they have the values that the interpreter sets for a script.
INITIAL_VARIABLE = re.compile(r"(?m)^ \.{6,} (?:__doc__ = None|__file__ = 'program\.py')\n")
texts = []
config = snoop.Config(out=texts.append, columns="", color=False)
tracer = config.snoop(depth=1)
tracer.target_codes.update(code_objects(code))


def trace(frame, event, arg):
    config.thread_local.__dict__.setdefault("depth", -1)
    return tracer.trace(frame, event, arg)


class Stdin(io.RawIOBase):  # reads without releasing the GIL, because a switch of threads would change their order
    name, read_bytes = "<stdin>", ctypes.PyDLL(None).read

    def readable(self):
        return True

    def fileno(self):
        return 0

    def readinto(self, buffer):
        return self.read_bytes(0, (ctypes.c_char * len(buffer)).from_buffer(buffer), len(buffer))


sys.stdin = io.TextIOWrapper(io.BufferedReader(Stdin()), encoding="utf-8")
sys.stdin.mode = "r"
main = types.ModuleType("__main__")
main.__dict__.clear()
main.__dict__.update(__name__="__main__", __doc__=None, __builtins__=builtins, __file__="program.py")
sys.modules["__main__"] = main
sys.argv = ["program.py"]
sys.setswitchinterval(1.0)
random.seed(0)
threading.settrace(trace)
sys.settrace(trace)
try:
    exec(code, main.__dict__)
finally:
    sys.settrace(None)
