# must: ok | exception | killed SIGSYS
# stdout: bounded
# runs: trusted
import ctypes

timer_create = ctypes.CDLL("librt.so.1").timer_create
timer = ctypes.c_void_p()
count = 0
while count < 500 and timer_create(1, None, ctypes.byref(timer)) == 0:
    count += 1
print("bounded")
