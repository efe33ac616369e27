# must: any
# runs: trusted
import ctypes

ctypes.memset(id(None), 255, 16)
ctypes.memset(id(type), 255, 400)
print(None, type)
