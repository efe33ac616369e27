# must: output_limit output | killed SIGXFSZ | exception OSError
# runs: trusted
import os

os.pwrite(1, b"x", 10**9)
