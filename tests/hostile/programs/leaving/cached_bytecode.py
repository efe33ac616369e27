# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import py_compile
import sys

world = json.load(sys.stdin)
try:
    py_compile.compile(os.__file__, cfile=os.path.join(world["folder"], "new"))
    print("done")
except OSError:
    print("refused")
