for line in open(0):
    x, y = (int(p.split("/")[0]) / int(p.split("/")[1]) for p in line.split())
    best = min(range(1, 101), key=lambda q: (round(abs(round((x + y) * q) - (x + y) * q), 9), q))
    top = round((x + y) * best)
    print(top if best == 1 else f"{top}/{best}")
