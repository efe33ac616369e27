# The state of random is not touched by reading variables.
import random
import string

rng = random.Random(5)
a = rng
values = [rng.random() for _ in range(3)]
b = [rng, values]
print([round(v, 6) for v in values], rng.randint(1, 100))
random.seed(7)
c = random.getstate()[1][:3]
d = c
print(random.random(), random.choice("abc"), random.sample(range(10), 3))


class Seeded:
    def __init__(self):
        self.rng = random.Random(1)

    def __repr__(self):
        return "Seeded"


s = Seeded()
t = s
u = [t]
print(s.rng.random(), "".join(s.rng.choices(string.ascii_lowercase, k=5)))
