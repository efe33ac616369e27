# must: ok | killed SIGSYS
# stdout: refused
# A thread without the table of descriptors; one that the kernel made would crash, having no stack.
import ctypes
import os

CLONE_VM, CLONE_SIGHAND, CLONE_THREAD = 0x100, 0x800, 0x10000
number = {"x86_64": 56, "aarch64": 220}[os.uname().machine]
result = ctypes.CDLL(None).syscall(number, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD, 0, 0, 0, 0)
print("refused" if result < 0 else "started")
