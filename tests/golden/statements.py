from math import *

total = 0
def add(a,
        b):
	return (a +
	        b)

items = [
    add(1,
        2),
    add(3, 4),
]
if (n := len(items)) > 1: total = 0; total += n
match items:
    case [first, *rest]:
        total += first
double = lambda x: 2 * x; triple = lambda x: 3 * x
with open("out.txt", "w") as file:
    file.write(str(double(total)))
while True:
    total -= 1
    if total < 3:
        break
else:
    total = None
assert total, (
    "never"
)
text = "a\n" * 60
big = list(range(1000)); big[500] = -1
data = {"key " + str(i): (i, [i]) for i in range(9)}
