# must: memory | exception RecursionError | killed SIGSEGV | timeout
# runs: trusted
import sys

sys.setrecursionlimit(10**6)
exec(compile("def f(_): return sorted([0], key=f)\nf(0)", "other.py", "exec"))
