"""Lexer built from small generators: each rule eats the head of the line."""
from itertools import takewhile
import sys

OPERATORS = "== <= >= != := + - * / = < > ( ) ;".split()


def head(line):
    first = line[0]
    if first.isdigit():
        return "NUM", "".join(takewhile(str.isdigit, line))
    if first.isidentifier():
        return "NAME", "".join(takewhile(lambda c: c.isdigit() or c.isidentifier(), line))
    if first == '"':
        body, quote, _ = line[1:].partition('"')
        if quote:
            return "STR", first + body + quote
    for op in OPERATORS:
        if line.startswith(op):
            return "OP", op
    raise SyntaxError(line)


def lex(line):
    while line := line.lstrip():
        if line.startswith("#"):
            return
        kind, text = head(line)
        yield f"{kind}:{text}"
        line = line.removeprefix(text)


for row in sys.stdin:
    print(*(list(lex(row)) or "-"))
