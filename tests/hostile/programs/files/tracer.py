# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# Nothing is written: that it opens is bad enough.
import json
import sys

world = json.load(sys.stdin)
try:
    open(sys._getframe().f_back.f_code.co_filename, "r+b").close()
    print("done")
except OSError:
    print("refused")
