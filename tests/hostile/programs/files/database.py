# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import sqlite3
import sys

world = json.load(sys.stdin)
try:
    print(sqlite3.connect(world["open_secret"]).execute("select 1 from sqlite_master").fetchall())
except sqlite3.OperationalError:
    print("refused")
