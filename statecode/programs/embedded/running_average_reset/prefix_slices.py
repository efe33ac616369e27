import sys
from itertools import accumulate

words = sys.stdin.read().split()
start = 0
while start < len(words):
    stop = words.index("reset", start) if "reset" in words[start:] else len(words)
    block = [int(w) for w in words[start:stop]]
    for n, total in enumerate(accumulate(block), 1):
        print(f"{total / n:.2f}")
    if stop < len(words):
        print("reset")
    start = stop + 1
