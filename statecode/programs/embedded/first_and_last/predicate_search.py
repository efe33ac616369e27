def first_true(n, pred):
    """Smallest i in 0..n-1 with pred(i); n if there is none. pred must not go back to False."""
    lo, hi = 0, n
    while lo < hi:
        mid = (lo + hi) >> 1
        if pred(mid):
            hi = mid
        else:
            lo = mid + 1
    return lo


def main():
    a = list(map(int, input().split()))
    for q in map(int, input().split()):
        left = first_true(len(a), lambda i: a[i] >= q)
        if left == len(a) or a[left] != q:
            print('-')
            continue
        right = first_true(len(a), lambda i: a[i] > q)
        print(left, right - 1)


main()
