# must: ok | killed SIGSYS
# stdout: refused
import json
import sys

world = json.load(sys.stdin)
try:
    with open("big", "wb") as file:
        for _ in range(5):
            file.write(bytes(50_000))
    print("done")
except OSError:
    print("refused")
