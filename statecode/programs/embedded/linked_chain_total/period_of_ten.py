from collections import Counter


def main() -> None:
    n = int(input())
    assert n > 0, f"a chain needs a node, got {n}"
    whole, part = divmod(n, 10)
    digits = [i * i % 10 for i in range(1, 11)]
    seen = Counter(digits * whole + digits[:part])
    top = max(seen)
    print(sum(v * k for v, k in seen.items()), top, seen[top])


if __name__ == "__main__":
    main()
