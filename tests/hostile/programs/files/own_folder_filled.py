# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# Many small files: a file system runs out of inodes before it runs out of room.
import json
import sys

world = json.load(sys.stdin)
try:
    for number in range(100):
        open(str(number), "x").close()
    print("done")
except OSError:
    print("refused")
