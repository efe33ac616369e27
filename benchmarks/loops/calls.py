def one(a):
    return a


def many():
    for i in range(1800):
        one(i)


many()
