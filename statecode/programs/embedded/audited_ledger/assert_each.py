import sys

balance = int(input())
assert balance >= 0, "opening balance below zero"
low = high = balance
for line in sys.stdin:
    balance += int(line)
    assert balance >= 0, f"{balance} after booking {line.strip()}"
    print(balance)
    low, high = min(low, balance), max(high, balance)
print(low, high)
