# must: any
# runs: trusted
import os

os.getpid = lambda: 1
