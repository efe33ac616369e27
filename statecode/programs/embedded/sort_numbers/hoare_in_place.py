import sys
input = sys.stdin.readline

def partition(a, lo, hi):
  pivot = a[(lo + hi) // 2]
  i, j = lo - 1, hi + 1
  while True:
    i += 1
    while a[i] < pivot: i += 1
    j -= 1
    while a[j] > pivot: j -= 1
    if i >= j: return j
    a[i], a[j] = a[j], a[i]

def quicksort(a, lo, hi):
  while lo < hi:
    p = partition(a, lo, hi)
    # recurse into the smaller half only
    if p - lo < hi - p:
      quicksort(a, lo, p)
      lo = p + 1
    else:
      quicksort(a, p + 1, hi)
      hi = p

def main():
  n = int(input())
  a = [int(x) for x in input().split()]
  quicksort(a, 0, n - 1)
  print(*a, sep=' ')

main()
