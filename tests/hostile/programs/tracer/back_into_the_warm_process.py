# must: any
# runs: trusted
# The frames below ours are those of the fork server at the fork; going on there must lead nowhere.
import os
import sys

os._exit = lambda code: None
frame = sys._getframe()
while frame.f_back is not None:
    frame = frame.f_back
main = frame.f_globals.get("main")
print("found" if main else "not found", flush=True)
for name in ("run_job", "_become_program"):
    frame.f_globals.pop(name, None)
sys.setrecursionlimit(10**6)
