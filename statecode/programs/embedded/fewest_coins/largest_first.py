coins = sorted(map(int, input().split()))
for amount in map(int, input().split()):
    n = 0
    for c in coins[::-1]:
        n += amount // c
        amount %= c
    print(n if amount == 0 else -1)
