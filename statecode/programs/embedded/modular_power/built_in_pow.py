import sys
input = sys.stdin.readline
for _ in range(int(input())):
    a, e, m = map(int, input().split())
    print(pow(a, e, m))
