from collections import deque

queue = deque(maxlen=int(input()))
out = []
for key in input().split():
    if key in queue:
        out.append("h")
    else:
        queue.append(key)
        out.append("m")
print("".join(out))
print(f"{out.count('h')} {out.count('m')}")
