# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import ctypes
import os

number = {"x86_64": 322, "aarch64": 281}[os.uname().machine]
arguments = (ctypes.c_char_p * 2)(b"true", None)
ctypes.CDLL(None).syscall(number, -100, b"/bin/true", arguments, None, 0)
print("refused")
