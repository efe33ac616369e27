# must: output_limit output | killed SIGXFSZ | exception
# runs: trusted
import os

os.posix_fallocate(1, 0, 10**11)
