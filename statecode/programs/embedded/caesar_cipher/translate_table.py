import string, sys
k = int(input()) % 26
low, up = string.ascii_lowercase, string.ascii_uppercase
table = str.maketrans(low + up, low[k:] + low[:k] + up[k:] + up[:k])
for line in sys.stdin: print(line.rstrip("\n").translate(table))
