# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# Where it works a process is started, too, that removes it.
import json
import multiprocessing.shared_memory
import sys

world = json.load(sys.stdin)
try:
    multiprocessing.shared_memory.SharedMemory(world["mark"], create=True, size=100)
    print("done")
except (OSError, ImportError):
    print("refused")
