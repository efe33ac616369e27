from ast import literal_eval


def describe(value):
    match value:
        case bool():            # before int: True is an int as well
            return f"bool {'no' if not value else 'yes'}"
        case int() if value % 2 == 0:
            return "int even"
        case int():
            return "int odd"
        case str(text):
            return "str of " + str(len(text))
        case list() as items:
            name = "list"
        case tuple(items):
            name = "tuple"
        case _:
            return "other"
    return name + ": (" + "; ".join([describe(item) for item in items]) + ")"


try:
    while True:
        print(describe(literal_eval(input())))
except EOFError:
    pass
