def averager():
    total, count, average = 0, 0, None
    while True:
        received = yield average
        if received is None:
            total = count = 0
            average = None
        else:
            total += received
            count += 1
            average = total / count


gen = averager()
next(gen)
while True:
    try:
        word = input()
    except EOFError:
        gen.close()
        break
    if word == "reset":
        gen.send(None)
        print("reset")
    else:
        print(f"{gen.send(int(word)):.2f}")
