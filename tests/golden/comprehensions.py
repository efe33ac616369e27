rows = [[1, 2], [3, 4]]
flat = [x for row in rows for x in row if x != 2]
squares = {x: x * x for x in range(15)}
evens = {x for x in flat if x % 2 == 0}
try:
    [1 // x for x in (1, 0)]
except ZeroDivisionError:
    pass
