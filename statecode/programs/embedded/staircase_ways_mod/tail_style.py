# Accumulator-passing recursion: one frame per step, no table.
import sys
from threading import Thread, stack_size

def climb(n, a=0, b=0, c=1):
    return c if not n else climb(n - 1, b, c, (a + b + c) % 1000007)

stack_size(1 << 25)
sys.setrecursionlimit(5000)
job = Thread(target=lambda: print(climb(int(sys.stdin.readline()))))
job.start(); job.join()
