# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import sys
import tempfile

world = json.load(sys.stdin)
try:
    tempfile.NamedTemporaryFile(prefix=world["mark"], delete=False)
    print("done")
except OSError:
    print("refused")
