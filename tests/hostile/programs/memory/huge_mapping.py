# must: exception OSError
# runs: trusted
import mmap

mmap.mmap(-1, 10**12)
