# must: output_limit output | killed SIGXFSZ | exception
# runs: trusted
import os

os.ftruncate(1, 10**12)
