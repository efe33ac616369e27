# must: ok
# stdout: second
# runs: trusted
# A program may do with its own output what it likes.
import os

print("the first text", flush=True)
os.lseek(1, 0, os.SEEK_SET)
os.ftruncate(1, 0)
print("second")
