n = int(input())
todo = [(n, "A", "C", "B", False)]
done = 0
while todo:
    k, a, c, b, ready = todo.pop()
    if k == 0:
        continue
    if ready:
        print(f"{k}: {a} -> {c}")
        done += 1
    else:
        # pushed in reverse: the last one pushed runs first
        todo.append((k - 1, b, c, a, False))
        todo.append((k, a, c, b, True))
        todo.append((k - 1, a, b, c, False))
print(done)
