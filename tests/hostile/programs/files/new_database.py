# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sqlite3
import sys

world = json.load(sys.stdin)
try:
    sqlite3.connect(os.path.join(world["folder"], "new")).execute("create table t (n)")
    print("done")
except sqlite3.OperationalError:
    print("refused")
