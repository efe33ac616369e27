def sort_and_count(a):
    n = len(a)
    if n <= 1:
        return a, 0
    left, x = sort_and_count(a[:n // 2])
    right, y = sort_and_count(a[n // 2:])
    merged, i, j, cross = [], 0, 0, 0
    while i < len(left) or j < len(right):
        if j == len(right) or (i < len(left) and left[i] <= right[j]):
            merged.append(left[i])
            i += 1
        else:
            merged.append(right[j])
            cross += len(left) - i
            j += 1
    return merged, x + y + cross


if __name__ == "__main__":
    import sys
    rows = sys.stdin.read().splitlines()
    for row in rows[:rows.index("END")]:
        _, count = sort_and_count([int(v) for v in row.split()])
        print(count)
