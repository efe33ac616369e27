def numbers():
    for i in range(1500):
        yield i


def take():
    for x in numbers():
        pass


take()
