import re
import sys

FILTERS = {"upper": str.upper, "lower": str.lower, "title": str.title, "len": lambda s: str(len(s))}

values = {}
for line in sys.stdin:
    line = line.rstrip("\n")
    if line == "---":
        break
    name, value = line.split("=", 1)
    values[name] = value


def fill(match):
    name, *filters = [part.strip() for part in match[1].split("|")]
    text = values[name]
    for f in filters:
        text = FILTERS[f](text)
    return text


for line in sys.stdin:
    print(re.sub(r"\{\{(.*?)\}\}", fill, line), end="")
