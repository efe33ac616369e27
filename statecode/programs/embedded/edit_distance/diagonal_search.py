# Ukkonen's idea: how far can one get on each diagonal with e edits?
import sys

def slide(s, t, i, j):
    while i < len(s) and j < len(t) and s[i] == t[j]:
        i, j = i + 1, j + 1
    return i

def distance(s, t):
    goal = len(s) - len(t)
    far = {0: slide(s, t, 0, 0)}
    edits = 0
    while far.get(goal) != len(s):
        edits += 1
        reached = {}
        for k in range(-edits, edits + 1):       # diagonal k = i - j
            options = []
            if k in far: options.append(far[k] + 1)          # replace
            if k - 1 in far: options.append(far[k - 1] + 1)  # delete from s
            if k + 1 in far: options.append(far[k + 1])      # insert into s
            i = min(max(options, default=-1), len(s), len(t) + k)
            if i >= 0:
                reached[k] = slide(s, t, i, i - k)
        far = reached
    return edits

lines = sys.stdin.read().split("\n")
print(distance(lines[0], lines[1]))
