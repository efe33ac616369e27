# must: any
# runs: trusted
import pdb
import sys

sys.stdin = open("/dev/null")
pdb.set_trace()
x = 1
