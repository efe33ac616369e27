import sys

queries = [tuple(map(int, line.split())) for line in sys.stdin]
limit = max(b for _, b in queries) + 1
is_prime = bytearray([1]) * max(limit, 2)
is_prime[0] = is_prime[1] = 0
i = 2
while i * i < limit:
    if is_prime[i]:
        is_prime[i * i::i] = bytes(len(range(i * i, len(is_prime), i)))
    i += 1

for a, b in queries:
    if a > b:
        raise ValueError(f"empty range {a}..{b}")
    found = [p for p in range(a, b + 1) if is_prime[p]]
    print(*found or "-")
