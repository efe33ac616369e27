# Comprehensions at module level whose variables have the names of globals.
x = "x of the module"
n = 10
values = [x for x in range(3)]
print(x, values)
pairs = {n: [n * m for m in range(n)] for n in range(3)}
print(n, pairs)
functions = [lambda: n for n in range(3)]
print([f() for f in functions], n)
nested = [[x for x in row] for row in [[1], [2, 3]]]
print(x, nested, "row" in globals(), sorted(name for name in globals() if len(name) == 1))
last = [y := x for x in range(4)]
print(y, x, last)
print([sorted(k for k in locals() if len(k) == 1) for z in range(1)])
print([name for name in sorted(globals()) if not name.startswith("_")])
try:
    print([1 // x for x in (1, 0)])
except ZeroDivisionError:
    print("division", x)
gen = (x for x in "ab")
print(next(gen), x, list(gen), x)


class Body:
    x = 1
    values = [x for x in range(2)]
    later = x


print(Body.values, Body.later)
