# must: killed SIGILL | killed SIGTRAP | exception OSError
# runs: trusted
import ctypes
import mmap
import os

code = {"x86_64": "0f0b", "aarch64": "00000000"}[os.uname().machine]
area = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
area.write(bytes.fromhex(code))
ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(area)))()
