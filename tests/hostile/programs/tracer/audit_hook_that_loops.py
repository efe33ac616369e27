# must: any
# runs: trusted
import sys

exec(compile("def hook(*ignored):\n    while True: pass\n", "other.py", "exec"))
sys.addaudithook(hook)  # noqa: F821
x = open
x("/dev/null")
