def qsort(xs):
    if not xs:
        return []
    pivot, *rest = xs
    return qsort([x for x in rest if x < pivot]) + [pivot] + qsort([x for x in rest if x > pivot])

input()
print(*qsort(list(map(int, input().split()))))
