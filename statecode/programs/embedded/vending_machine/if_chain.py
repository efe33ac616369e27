import sys

prices = {"water": 70, "chips": 120, "choc": 95}
stock = {"water": 1, "chips": 2, "choc": 2}
credit = 0
for line in sys.stdin:
    words = line.split()
    if words[0] == "coin":
        value = int(words[1])
        if value in (5, 10, 20, 50, 100, 200):
            credit += value
            print("credit", credit)
        else:
            print("rejected", value)
    elif words[0] == "press":
        item = words[1]
        if item not in prices:
            print("unknown", item)
        elif stock[item] == 0:
            print("sold out", item)
        elif credit < prices[item]:
            print("missing", prices[item] - credit)
        else:
            stock[item] -= 1
            credit -= prices[item]
            print("take", item)
    else:
        print("change", credit)
        credit = 0
