# must: exception OSError
# complains: Too many open files
# runs: trusted
import itertools
import os

kept = list(map(os.dup, itertools.repeat(0)))
