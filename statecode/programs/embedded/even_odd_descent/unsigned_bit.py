import sys, struct
for w in sys.stdin.read().split():
  b = struct.pack(">Q", int(w))
  s = "odd" if b[-1] & 1 else "even"
  print(s)
