from collections import Counter

stock = Counter()
price = {}
try:
    while True:
        match input().split():
            case ["add", item, count, each]:
                stock[item] += int(count)
                price[item] = int(each)
            case ["order", item, count]:
                assert stock[item] >= int(count), f"not enough {item}"
                stock.subtract({item: int(count)})
                print("sold", count, item, "for", int(count) * price[item])
            case ["report"]:
                for item in sorted(+stock):
                    print(f"{item}: {stock[item]}")
                print("worth", sum(price[i] * n for i, n in stock.items()))
except EOFError:
    pass
