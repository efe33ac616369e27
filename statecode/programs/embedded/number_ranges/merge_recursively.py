def spans(numbers):
    """Halve, solve, and join where the halves touch."""
    if len(numbers) < 2:
        return [(n, n) for n in numbers]
    half = len(numbers) // 2
    left, right = spans(numbers[:half]), spans(numbers[half:])
    if left[-1][1] + 1 == right[0][0]:
        return left[:-1] + [(left[-1][0], right[0][1])] + right[1:]
    return left + right

words = []
for a, b in spans(sorted(set(int(x) for x in input().split()))):
    words.extend(["%d-%d" % (a, b)] if b > a + 1 else [str(a), str(b)][:b - a + 1])
print("empty" if not words else ",".join(words))
