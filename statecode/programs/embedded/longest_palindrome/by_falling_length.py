def longest(w):
    for n in range(len(w), 0, -1):
        for i in range(len(w) - n + 1):
            if w[i:i+n] == w[i:i+n][::-1]: return w[i:i+n]

try:
    while w := input():
        print(longest(w))
except EOFError: pass
