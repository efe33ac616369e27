import re
import sys
from itertools import groupby

def encode(text):
    parts = []
    for letter, run in groupby(text):
        length = len(list(run))
        parts.append(f"{length if length > 1 else ''}{letter}")
    return "".join(parts)

def decode(code):
    if not re.fullmatch(r"(\d*[A-Za-z])*", code):
        raise ValueError(f"no run-length code: {code}")
    return re.sub(r"(\d+)([A-Za-z])", lambda m: int(m[1]) * m[2], code)

for line in sys.stdin:
    action, argument = line.split()
    print({"E": encode, "D": decode}[action](argument))
