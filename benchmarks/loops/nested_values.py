def count():
    table = {}
    row = [1, "two", (3.0, None)]
    for i in range(3000):
        table[i % 7] = row
        row = [i, str(i), (row[0], True)]


count()
