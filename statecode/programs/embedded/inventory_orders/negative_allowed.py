import sys

stock, price = {}, {}
for line in sys.stdin:
    w = line.split()
    if w[0] == "add":
        stock[w[1]] = stock.get(w[1], 0) + int(w[2])
        price[w[1]] = int(w[3])
    elif w[0] == "order":
        stock[w[1]] -= int(w[2])
        print("sold", w[2], w[1], "for", int(w[2]) * price[w[1]])
    else:
        for name in sorted(stock):
            if stock[name]:
                print(f"{name}: {stock[name]}")
        print("worth", sum(stock[name] * price[name] for name in stock))
