# must: ok | exception | memory | killed SIGSYS
# stdout: refused
# Locked pages cannot be written out, and a mapping of a file of memory is shared with who reads it.
import ctypes
import mmap

area = mmap.mmap(-1, 2**24)
address = ctypes.addressof(ctypes.c_char.from_buffer(area))
print("refused" if ctypes.CDLL(None).mlock(ctypes.c_void_p(address), 2**24) else "locked")
