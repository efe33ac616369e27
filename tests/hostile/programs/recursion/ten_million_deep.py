# must: memory | exception RecursionError | killed SIGSEGV | timeout
# runs: trusted
# Not traced, as its code is not the program's.
import sys

sys.setrecursionlimit(10**7)
exec(compile("def f(n): return f(n + 1)\nf(0)", "other.py", "exec"))
