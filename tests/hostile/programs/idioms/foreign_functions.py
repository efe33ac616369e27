# must: ok
# stdout: 2.0 [1, 2, 3] 7
# runs: trusted
import ctypes
import ctypes.util

libm = ctypes.CDLL("libm.so.6")
libm.sqrt.restype, libm.sqrt.argtypes = ctypes.c_double, (ctypes.c_double,)
numbers = (ctypes.c_int * 3)(3, 1, 2)
kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
ctypes.CDLL(None).qsort(numbers, 3, 4, kind(lambda a, b: a[0] - b[0]))
print(libm.sqrt(4.0), list(numbers), ctypes.CDLL(None).abs(-7))
