def hanoi(n, src, dst, spare):
    if n == 0:
        return 0
    count = hanoi(n - 1, src, spare, dst)
    print(f"{n}: {src} -> {dst}")
    return count + 1 + hanoi(n - 1, spare, dst, src)


print(hanoi(int(input()), "A", "C", "B"))
