def fail():
    for i in range(1500):
        try:
            raise ValueError
        except ValueError:
            pass


fail()
