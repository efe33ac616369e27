"""Programs with a function `run`, which is recorded alone and as part of the traced program."""

FUNCTIONS = {
    "recursion": """
def run(n=6):
    if n < 2:
        return n
    return run(n - 1) + run(n - 2)
""",
    "helpers and printing": """
def helper(text, times=2):
    print(text * times, end="|")
    return len(text)

def run():
    total = 0
    for word in ["a", "bé", "c\\nd"]:
        total += helper(word)
    print(total)
    return {"total": total}
""",
    "exceptions": """
def inner(x):
    return 10 / x

def middle(x):
    try:
        return inner(x)
    finally:
        print("finally", x)

def run():
    found = []
    for x in (2, 0, "two"):
        try:
            found.append(middle(x))
        except (ZeroDivisionError, TypeError) as error:
            found.append(str(error))
    assert not found, f"{len(found)} found"
""",
    "generators": """
def numbers(n):
    for i in range(n):
        got = yield i
        if got:
            yield got

def delegating(n):
    result = yield from numbers(n)
    return result

def run():
    generator = delegating(3)
    first = next(generator)
    second = generator.send("sent")
    rest = list(generator)
    unfinished = numbers(2)
    next(unfinished)
    return first, second, rest
""",
    "comprehensions": """
def run():
    squares = [n * n for n in range(12)]
    table = {n: chr(n + 97) for n in range(3)}
    evens = {n for n in squares if n % 2 == 0}
    lazy = sum(n for n in squares if n > 3)
    nested = [[a * b for a in range(2)] for b in range(3)]
    return lazy, len(evens), table, nested
""",
    "classes": """
from collections import Counter, defaultdict, deque

class Stack:
    limit = 3

    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)
        return self

    def __repr__(self):
        return f"Stack({self.items})"

    def __len__(self):
        return len(self.items)

class Plain:
    pass

def run():
    stack = Stack().push(1).push("two")
    plain = Plain()
    plain.value = stack
    counted = Counter("abracadabra")
    grouped = defaultdict(list)
    for letter in "abc":
        grouped[letter].append(stack)
    queue = deque([1, 2], maxlen=2)
    queue.append(3)
    class Local(Stack):
        def push(self, item):
            return super().push(item * 2)
    return Local().push(4), counted.most_common(1), queue
""",
    "closures and decorators": """
import functools

def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        result = function(*args, **kwargs)
        return result
    return wrapper

@logged
def add(a, *rest, b=1, **more):
    return a + b + sum(rest)

def counter():
    count = 0
    def step():
        nonlocal count
        count += 1
        return count
    return step

def run():
    step = counter()
    step(), step()
    double = lambda x: x * 2
    return add(1, 2, b=3, c=4), step(), double(5)
""",
    "threads": """
import threading

class Worker(threading.Thread):
    def __repr__(self):
        return "<Worker>"

def work(name, found):
    found.append(name)

def run():
    found = []
    for name in "ab":
        worker = Worker(target=work, args=(name, found))
        worker.start()
        worker.join()
    return found
""",
    "asyncio": """
import asyncio

async def twice(n):
    await asyncio.sleep(0)
    return n * 2

async def main():
    first = await twice(1)
    return [first, *await asyncio.gather(twice(2), twice(3))]

def run():
    return asyncio.run(main())
""",
    "statements": """
def run():
    text, data = "x" * 3, b"bytes"
    while (length := len(text)) < 6:
        text += "y"
        if length == 4:
            continue
    match (length, data):
        case (6, _):
            a, *b = text
        case _:
            a = b = None
    with open("/dev/null") as file:
        empty = file.read()
    del data
    try:
        raise KeyError(text)
    except KeyError:
        return locals()["a"], b, empty
""",
    "an exception that ends it": """
class Broken(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code

def deeper(values):
    return values[0].missing(
        1,
    )

def run():
    try:
        deeper([object()])
    except AttributeError as error:
        raise Broken(7) from error
""",
}
