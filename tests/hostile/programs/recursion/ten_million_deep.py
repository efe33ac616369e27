# must: memory | exception RecursionError | killed SIGSEGV | killed SIGABRT | timeout
# runs: trusted
# Not traced, as its code is not the program's. SIGABRT: the interpreter gives up where no MemoryError can be raised any more.
import sys

sys.setrecursionlimit(10**7)
exec(compile("def f(n): return f(n + 1)\nf(0)", "other.py", "exec"))
