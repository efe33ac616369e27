# must: exception OSError
# runs: trusted
import itertools
import mmap

mappings = list(map(mmap.mmap, itertools.repeat(-1), itertools.repeat(2**20)))
