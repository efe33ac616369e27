def runs(numbers):
    stream = iter(numbers)
    first = last = next(stream, None)
    while first is not None:
        while (n := next(stream, None)) == last + 1:
            last = n
        yield first, last
        first = last = n


def written(first, last):
    match last - first:
        case 0:
            return str(first)
        case 1:
            return f"{first},{last}"
        case _:
            return f"{first}-{last}"


text = ",".join(written(*run) for run in runs(sorted(set(map(int, input().split())))))
print(text if text else "empty")
