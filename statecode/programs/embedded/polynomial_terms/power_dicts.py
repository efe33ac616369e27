from collections import Counter
import re
p, q = (dict(enumerate(map(int, input().split()))) for _ in "pq")
x = int(input())
total = {k: p.get(k, 0) + q.get(k, 0) for k in p | q}
product = Counter()
for i in p:
    for j in q:
        product[i + j] += p[i] * q[j]

def show(terms):
    s = " ".join(f"{a:+}x^{k}" for k, a in sorted(terms.items(), reverse=True) if a)
    s = s.replace("x^0", "")
    s = re.sub(r"x\^1\b", "x", s)
    s = re.sub(r"([+-])1x", r"\1x", s)
    s = re.sub(r" ([+-])", r" \1 ", s)
    return s.removeprefix("+") or "0"

print(show(total), show(product), sum(a * x**k for k, a in product.items()), sep="\n")
