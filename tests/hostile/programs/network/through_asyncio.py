# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import asyncio
import json
import sys

world = json.load(sys.stdin)
try:
    asyncio.run(asyncio.open_connection("127.0.0.1", world["tcp"]))
    print("done")
except OSError:
    print("refused")
