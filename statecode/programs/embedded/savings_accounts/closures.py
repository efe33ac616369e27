def make_account(kind):
    balance = 0
    lowest = -500 if kind == "credit" else 0

    def change(amount):
        nonlocal balance
        if amount < 0 and balance + amount < lowest:
            raise ValueError("not enough money")
        balance += amount

    def month():
        nonlocal balance
        if kind == "savings":
            balance = balance + balance * 2 // 100
        elif kind == "credit" and balance < 0:
            balance -= 10

    def show():
        return balance

    return {"change": change, "month": month, "show": show}


bank = {}
while True:
    try:
        words = input().split()
    except EOFError:
        break
    if words[0] == "open":
        bank[words[2]] = make_account(words[1])
    elif words[0] == "month":
        for account in bank.values():
            account["month"]()
    elif words[0] == "show":
        print(words[1], bank[words[1]]["show"]())
    else:
        sign = 1 if words[0] == "deposit" else -1
        bank[words[1]]["change"](sign * int(words[2]))
