def attempt(word):
    """The finally clause runs after the return value is ready and before the caller sees it."""
    try:
        value = int(word)
        try:
            return report(100 // value)
        except ZeroDivisionError:
            return print("zero")
    except ValueError:
        print("text")
    finally:
        print("done")


def report(quotient):
    print("quotient", quotient)
    print("else")


try:
    while True:
        attempt(input().strip())
except EOFError:
    pass
