# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import os
import sys

world = json.load(sys.stdin)
try:
    folder = os.open(os.path.dirname(world["open_secret"]), os.O_PATH)
    fd = os.open(os.path.basename(world["open_secret"]), os.O_RDONLY, dir_fd=folder)
    print(os.read(fd, 100).decode())
except OSError:
    print("refused")
