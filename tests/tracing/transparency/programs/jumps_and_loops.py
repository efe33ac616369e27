# Loops with else, break, continue, nested functions and try-finally in every path.
def search(rows, wanted):
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            try:
                if value == wanted:
                    break
                if value is None:
                    continue
            finally:
                last = (i, j)
        else:
            continue
        return i, j, last
    else:
        return "nowhere", last


print(search([[1, None], [2, 3]], 3), search([[1]], 5))


def finals(n):
    while True:
        try:
            try:
                if n == 0:
                    return "return"
                if n == 1:
                    raise ValueError
                if n == 2:
                    break
                n -= 3
                continue
            finally:
                n += 1 if n < 0 else 0
                print("inner", n)
        except ValueError:
            print("except")
            n = 0
        finally:
            print("outer", n)
    return "broken"


print(finals(0), finals(1), finals(2), finals(5))


def override():
    for n in range(3):
        try:
            return n
        finally:
            if n < 2:
                continue
    return "end"


print(override())
count = 0
while count < 3:
    count += 1
    if count == 2:
        continue
else:
    print("else", count)
del count
print("count" in globals())
