import sys

balance = 0
for line in sys.stdin:
    try:
        command, *args = line.split()
        if command == "show":
            print(balance)
        elif command == "deposit" or command == "withdraw":
            amount = int(args[0])
            if amount < 1:
                raise Exception(f"bad amount {amount}")
            if command == "withdraw":
                if amount > balance:
                    raise Exception(f"short by {amount - balance}")
                amount = -amount
            balance += amount
        else:
            raise Exception(f"no such command")
    except Exception as e:
        print(f"refused: {e}")
