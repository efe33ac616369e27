import sys


def even(n):
    return "even" if n == 0 else odd(n - 1)


def odd(n):
    return "odd" if n == 0 else even(n - 1)


for line in sys.stdin:
    number = int(line)
    if number < 0:
        raise ValueError(f"{number} is negative")
    print(even(number))
