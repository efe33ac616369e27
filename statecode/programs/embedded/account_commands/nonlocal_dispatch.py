def open_account():
    balance = 0

    def change(by):
        nonlocal balance
        if balance + by < 0:
            raise OverflowError(-balance - by)
        balance += by

    def show():
        print(balance)

    return change, show


change, show = open_account()
try:
    while True:
        cmd, _, arg = input().partition(" ")
        try:
            if cmd == "show":
                show()
                continue
            assert int(arg) >= 1
            change(int(arg) if cmd == "deposit" else {"withdraw": -1}[cmd] * int(arg))
        except AssertionError:
            print("refused: bad amount", arg)
        except OverflowError as e:
            print(f"refused: short by {e}")
except EOFError:
    pass
