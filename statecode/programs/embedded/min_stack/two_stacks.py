import sys

stack, mins = [], []
for line in sys.stdin:
    words = line.split()
    if words[0] == "push":
        n = int(words[1])
        stack.append(n)
        if not mins or n <= mins[-1]:
            mins.append(n)
    elif words[0] == "pop":
        n = stack.pop()
        if n == mins[-1]:
            mins.pop()
        print(n)
    else:
        print("min", mins[-1])
