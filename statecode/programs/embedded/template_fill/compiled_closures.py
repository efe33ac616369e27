"""Compile each template line to a list of functions, then call them."""
import sys


class TemplateError(Exception):
    """A name or a filter is unknown."""


def constant(text):
    return lambda values: text


def lookup(name):
    def get(values):
        if name not in values:
            raise TemplateError(f"unknown name {name}")
        return values[name]
    return get


def piped(inner, filter_name):
    methods = {"upper": str.upper, "lower": str.lower, "title": str.title, "len": len}
    method = methods.get(filter_name)
    if method is None:
        raise TemplateError(f"unknown filter {filter_name}")
    return lambda values: str(method(inner(values)))


def compile_line(line):
    first, *holes = line.split("{{")
    parts = [constant(first)]
    for hole in holes:
        inside, _, after = hole.partition("}}")
        name, *filters = inside.replace(" ", "").split("|")
        getter = lookup(name)
        for f in filters:
            getter = piped(getter, f)
        parts += [getter, constant(after)]
    return lambda values: "".join(part(values) for part in parts)


head, _, body = sys.stdin.read().partition("---\n")
values = dict(row.split("=", 1) for row in head.splitlines())
for row in body.splitlines():
    print(compile_line(row)(values))
