n = int(input())
a = list(map(int, input().split()))

# let the largest value bubble to the end, again and again
for end in range(n - 1, 0, -1):
    swapped = False
    for i in range(end):
        if a[i] > a[i + 1]:
            a[i], a[i + 1] = a[i + 1], a[i]
            swapped = True
    if not swapped:
        break

print(*a)
