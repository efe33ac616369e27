import sys

total = 0.0
for line in sys.stdin:
    name, n, price = line.split()
    amount = round(int(n) * float(price), 2)
    total += amount
    print("%-8s%9.2f" % (name, amount))
print("%-8s%9.2f" % ("total", total))
