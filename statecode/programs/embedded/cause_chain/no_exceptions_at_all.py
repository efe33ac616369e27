import re
import sys

NUMBER = re.compile(r"\s*[+-]?\d+\s*")

for line in sys.stdin:
    head, *tail = line.rstrip("\n").split("=", 1)
    if not tail:
        verdict = "ConfigError"
    elif not NUMBER.fullmatch(tail[0]):
        verdict = "ConfigError <- ValueError"
    elif int(tail[0]) in range(1, 65536):
        verdict = f"{head}: {int(tail[0])}"
    else:
        verdict = "ConfigError <- RangeError"
    print(verdict)
