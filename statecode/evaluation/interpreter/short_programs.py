"""Short programs of arithmetic, conditions and loops, as a second test of interpreters.

They are written here by hand as templates, and share no code with `statecode.programs.generated`, on which a model can
be trained. They are not a source of `statecode build`, so that no corpus contains them by accident.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import cycle

from statecode.records import Program

_PLACE = re.compile(r"<(?:([a-z]+)=)?(?:(-?\d+)\.\.(\d+)|([^<>=.]+\|[^<>=]+)|([a-z]+))>")
"""A place in a template: a number `<2..9>` or one of several texts `<+|-|*>`. `<k=2..9>` has a name, `<k>` uses it."""

TEMPLATES = """
width = <2..40>
height = <2..40>
area = width * height
border = 2 * (width + height)
print(area, border)
---
total = <20..200>
each = <3..9>
full = total // each
left = total % each
print(full)
print(left)
---
celsius = <-20..40>
fahrenheit = celsius * 9 / 5 + 32
print(fahrenheit)
---
seconds = <100..9000>
minutes = seconds // 60
rest = seconds - minutes * 60
hours = minutes // 60
minutes = minutes % 60
print(hours, minutes, rest)
---
a = <1..50>
b = <1..50>
a, b = b, a
a = a - b
print(a)
print(b)
---
x = <-9..9>
y = x * x <+|-> <2..9> * x
print(y <+|-> <1..20>)
---
price = <5..60>
count = <1..9>
cost = price * count
if cost > <50..250>:
    cost = cost - <1..10>
print(cost)
---
year = <1890..2110>
if year % 400 == 0:
    leap = True
elif year % 100 == 0:
    leap = False
else:
    leap = year % 4 == 0
print(year, leap)
---
first = <1..30>
second = <1..30>
third = <1..30>
big = first
if second > big:
    big = second
if third > big:
    big = third
print(big)
---
points = <0..100>
if points >= <85..95>:
    print("A")
elif points >= <60..80>:
    print("B")
elif points >= <40..55>:
    print("C")
else:
    print("F")
---
n = <-30..30>
if n < 0:
    n = -n
    print("negative")
if n % 2 == 0:
    print("even", n)
else:
    print("odd", n)
---
day = <1..31>
month = <1..12>
ok = day <= 30 <and|or> month != 2
print(ok)
print(not ok <and|or> day > <5..25>)
---
s = 0
for i in range(<2..7>):
    s = s + i * <1..6>
print(s)
---
n = <1..6>
f = 1
while n > 1:
    f = f * n
    n = n - 1
print(f)
---
n = <100..99999>
digits = 0
while n > 0:
    digits = digits + n % 10
    n = n // 10
print(digits)
---
a = <2..60>
b = <2..60>
while b != 0:
    a, b = b, a % b
print(a)
---
n = <2..9>
steps = 0
while n != 1 and steps < 8:
    if n % 2 == 0:
        n = n // 2
    else:
        n = 3 * n + 1
    steps = steps + 1
print(n, steps)
---
money = <40..200>
days = 0
while money >= <k=15..30>:
    money = money - <k>
    days = days + 1
print(days)
print(money)
---
for k in range(<1..4>, <5..8>):
    print(k, k * k)
---
count = 0
for v in range(<1..6>, <8..13>):
    if v % <2..4> == 0:
        count = count + 1
print(count)
---
x = 0
y = 1
for turn in range(<2..6>):
    x, y = y, x + y
print(x, y)
---
p = <2..3>
r = 1
for e in range(<2..7>):
    r = r * p
print(r)
---
best = <1..9>
for c in (<1..20>, <1..20>, <1..20>, <1..20>):
    if c > best:
        best = c
print(best)
---
low = 0
high = <20..90>
while high - low > <4..8>:
    middle = (low + high) // 2
    if middle > <10..60>:
        high = middle
    else:
        low = middle
print(low, high)
---
i = <10..20>
while True:
    i = i - <2..4>
    if i < <3..7>:
        break
print(i)
---
out = 0
for q in range(1, <5..8>):
    if q == <2..4>:
        continue
    out = out * 10 + q
print(out)
---
n = int(input())
m = int(input())
print(n + m, n - m)
print(n * m)
?<1..60>
?<1..60>
---
k = int(input())
t = 0
while k > 0:
    t = t + k
    k = k - <1..3>
print(t)
?<3..9>
---
age = int(input())
if age < <10..18>:
    fee = <2..6>
elif age < <60..70>:
    fee = <7..14>
else:
    fee = <3..8>
print("fee", fee)
?<4..90>
---
start = int(input())
for z in range(start, start + <3..5>):
    if z % 2 == 1:
        print(z)
?<1..40>
""".strip("\n").split("\n---\n")


def short_programs(count: int, seed: int = 0) -> Iterator[Program]:
    """Yield `count` programs with at most one input; no two are equal with their inputs.

    Args:
        seed: seed of the numbers and texts in the places of the templates.
    """
    chosen = random.Random(f"short {seed}")
    seen: set[str] = set()
    for number in cycle(range(len(TEMPLATES))):  # it ends: there are billions of different programs
        text = _filled(TEMPLATES[number], chosen)
        if len(seen) == count:
            return
        if text not in seen:
            seen.add(text)
            lines = text.split("\n")
            code = "\n".join(line for line in lines if not line.startswith("?")) + "\n"
            inputs = "".join(f"{line[1:]}\n" for line in lines if line.startswith("?"))
            name = f"short/{len(seen) - 1}"
            yield Program(program_id=name, problem_id=f"short/{number}", code=code, inputs=(inputs,))


def _filled(template: str, chosen: random.Random) -> str:
    named: dict[str, str] = {}

    def fill(place: re.Match[str]) -> str:
        name, low, high, texts, repeated = place.groups()
        if repeated:
            return named[repeated]
        value = str(chosen.randint(int(low), int(high))) if high else chosen.choice(texts.split("|"))
        return named.setdefault(name, value) if name else value

    return _PLACE.sub(fill, template)
