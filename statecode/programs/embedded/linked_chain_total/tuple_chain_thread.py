import sys, threading

def build(i, n):
    return (i * i % 10, build(i + 1, n)) if i <= n else None

def fold(chain):
    """(sum, largest, how often) of a non-empty chain of nested pairs."""
    value, rest = chain
    if rest is None:
        return value, value, 1
    total, top, times = fold(rest)
    if value > top:
        return total + value, value, 1
    return total + value, top, times + (value == top)

def main():
    n = int(input())
    if n < 1:
        sys.exit("n must be positive")   # ends this thread only
    print(*fold(build(1, n)))

sys.setrecursionlimit(4000)
threading.stack_size(32 << 20)
t = threading.Thread(target=main)
t.start(); t.join()
