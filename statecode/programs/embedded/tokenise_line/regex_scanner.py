import re
import sys

SPEC = [
    ("NUM", r"\d+"),
    ("NAME", r"[A-Za-z_]\w*"),
    ("STR", r'"[^"]*"'),
    ("OP", r"[=<>!:]=|[-+*/=<>();]"),
    ("SKIP", r"\s+|#.*"),
    ("BAD", r"."),
]
scanner = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in SPEC))

for number, line in enumerate(sys.stdin.read().splitlines(), 1):
    found = []
    for m in scanner.finditer(line):
        kind = m.lastgroup
        if kind == "BAD":
            raise SyntaxError(f"line {number}: {m.group()!r}")
        if kind != "SKIP":
            found.append(f"{kind}:{m.group()}")
    print(*found or ["-"])
