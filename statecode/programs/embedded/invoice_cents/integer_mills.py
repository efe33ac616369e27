# Work in thousandths of the unit, so that only integers occur.
def mills(price):
    whole, _, decimals = price.partition(".")
    return int(whole) * 1000 + int((decimals + "000")[:3])


def show(name, cents):
    print(name.ljust(8) + ("%d.%02d" % divmod(cents, 100)).rjust(9))


def main():
    total = 0
    try:
        while True:
            name, quantity, price = input().split()
            cents = (int(quantity) * mills(price) + 5) // 10
            show(name, cents)
            total += cents
    except EOFError:
        show("total", total)


main()
