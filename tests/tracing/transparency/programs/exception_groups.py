# python >= 3.11: Exception groups, except*, and notes, with the text on stderr.
def work(n):
    if n % 3 == 0:
        raise ValueError(n)
    if n % 3 == 1:
        raise TypeError(n)
    error = KeyError(n)
    error.add_note("a note")
    raise error


def gather(numbers):
    errors = []
    for n in numbers:
        try:
            work(n)
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup("gathered", errors)


try:
    gather(range(4))
except* ValueError as group:
    print("values", [e.args for e in group.exceptions])
except* TypeError as group:
    print("types", [e.args for e in group.exceptions])
except* KeyError as group:
    print("keys", [e.__notes__ for e in group.exceptions])
print("after")
try:
    try:
        gather([1, 2])
    except* TypeError:
        raise RuntimeError("from a handler")
except ExceptionGroup as group:
    print(group.message, [type(e).__name__ for e in group.exceptions])
    print(group.split(RuntimeError)[1])
gather([0, 2])
