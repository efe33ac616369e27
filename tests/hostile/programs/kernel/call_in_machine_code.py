# must: ok | killed | exception OSError
# lacks: reached
# runs: weakened
# The system call instruction itself, without the C library: fork.
import ctypes
import mmap
import os

code = {"x86_64": "b8390000000f05c3", "aarch64": ""}[os.uname().machine]
if not code:
    raise OSError("not written for this machine")
area = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
area.write(bytes.fromhex(code))
address = ctypes.addressof(ctypes.c_char.from_buffer(area))
pid = ctypes.CFUNCTYPE(ctypes.c_int)(address)()
if pid == 0:
    os._exit(0)
print("reached" if pid > 0 else "refused")
