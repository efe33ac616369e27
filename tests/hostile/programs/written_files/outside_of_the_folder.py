# must: ok
# files: {"input": "text"}
# stdout: refused refused refused refused refused refused refused
import json
import os
import sys

world = json.load(sys.stdin)
attempts = [
    lambda: open("../new", "w"),
    lambda: open("/new", "w"),
    lambda: os.rename("input", "/new"),
    lambda: os.rename("input", world["folder"] + "/new"),
    lambda: os.unlink(world["canary"]),
    lambda: os.replace(world["canary"], "stolen"),
    lambda: os.rename(".", "../moved"),
]


def outcome(attempt):
    try:
        attempt()
        return "done"
    except OSError:
        return "refused"


print(*map(outcome, attempts))
