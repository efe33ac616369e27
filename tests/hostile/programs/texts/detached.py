# must: any
# runs: trusted
import sys

raw = sys.stdout.detach().detach()
raw.write(b"raw")
x = 1
