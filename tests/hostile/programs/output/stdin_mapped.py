# must: ok | exception
# stdout: refused
# runs: weakened
import mmap

try:
    area = mmap.mmap(0, 1)
    area[0] = 33
    print("written")
except (OSError, ValueError):
    print("refused")
