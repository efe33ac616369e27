def half(x):
    if x % 2:
        raise ValueError(f"{x} is odd\nand that is it")
    return x // 2


def attempt(values):
    results = []
    for value in values:
        try:
            results.append(half(value))
        except ValueError as error:
            results.append(str(error)[:4])
        else:
            results.append("fine")
        finally:
            results.append("done")
    return results


print(attempt([4, 5]))
print({}["missing"])
