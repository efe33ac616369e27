from decimal import ROUND_HALF_UP, Decimal
import sys

CENT = Decimal("0.01")
total = Decimal("0.00")
for line in sys.stdin:
    name, quantity, price = line.split()
    amount = (int(quantity) * Decimal(price)).quantize(CENT, rounding=ROUND_HALF_UP)
    total += amount
    print(f"{name:<8}{amount:>9}")
print(f"{'total':<8}{total:>9}")
