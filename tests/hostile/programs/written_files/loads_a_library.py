# must: ok
# files: {}
# stdout: refused
import ctypes
import mmap

try:
    with open("library.so", "wb") as file:
        file.write(b"\x90" * 4096)
    with open("library.so", "rb") as file:
        mmap.mmap(file.fileno(), 4096, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_EXEC)
    print("done")
except OSError:
    print("refused")
try:
    ctypes.CDLL("./library.so")
    print("done")
except OSError:
    pass
