# must: killed | exception OSError
# stdout:
# The 32-bit table of calls, reached by int 0x80; number 20 is getpid there, a harmless one.
import ctypes
import mmap
import os

code = {"x86_64": "b814000000cd80c3"}.get(os.uname().machine, "")
if not code:
    raise OSError("there is no such instruction here")
area = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
area.write(bytes.fromhex(code))
address = ctypes.addressof(ctypes.c_char.from_buffer(area))
print("reached", ctypes.CFUNCTYPE(ctypes.c_int)(address)() > 0)
