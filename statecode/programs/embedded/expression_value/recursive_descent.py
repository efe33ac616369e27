import sys

text = ""
pos = 0


def peek():
    global pos
    while pos < len(text) and text[pos] == " ":
        pos += 1
    return text[pos] if pos < len(text) else "end"


def expression():
    global pos
    value = term()
    while peek() in ("+", "-"):
        sign = text[pos]
        pos += 1
        if sign == "+":
            value += term()
        else:
            value -= term()
    return value


def term():
    global pos
    value = factor()
    while peek() in ("*", "/"):
        sign = text[pos]
        pos += 1
        if sign == "*":
            value *= factor()
        else:
            value //= factor()
    return value


def factor():
    global pos
    c = peek()
    if c == "-":
        pos += 1
        return -factor()
    if c == "(":
        pos += 1
        value = expression()
        if peek() != ")":
            raise SyntaxError(f"expected ) at {pos}")
        pos += 1
        return value
    start = pos
    while pos < len(text) and text[pos].isdigit():
        pos += 1
    return int(text[start:pos])


for line in sys.stdin.read().splitlines():
    text, pos = line, 0
    print(expression())
