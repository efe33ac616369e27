"""Every step is linear, so the whole pipeline is a * x + b."""
a, b = 1, 0
for text in input().split(","):
    match text.split():
        case ["add", n]:
            b += int(n)
        case ["mul", n]:
            a, b = a * int(n), b * int(n)
        case ["neg"]:
            a, b = -a, -b
        case unknown:
            raise ValueError(f"unknown step {unknown}")
print(*[a * int(x) + b for x in input().split()])
