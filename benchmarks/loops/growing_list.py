def grow():
    items = []
    for i in range(3000):
        items.append(i)


grow()
