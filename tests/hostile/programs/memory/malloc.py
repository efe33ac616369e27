# must: ok
# stdout: refused
# runs: trusted
import ctypes

malloc = ctypes.CDLL(None).malloc
malloc.restype, malloc.argtypes = ctypes.c_void_p, (ctypes.c_size_t,)
print("refused" if malloc(10**12) is None else "given")
