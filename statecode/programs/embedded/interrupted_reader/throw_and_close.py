import sys


class Skip(Exception):
    """Thrown into the reader: the next word is left out."""


def reader(words, log):
    taken, reply = 0, None
    try:
        for word in words:
            try:
                yield reply
                reply = word
            except Skip:
                reply = f"skipped {word}"
            taken += 1
        yield reply
    finally:
        log.append(taken)


log = []
live = reader(input().split(), log)
next(live)
for command in map(str.strip, sys.stdin):
    if command == "stop":
        live.close()
        print("closed after", *log)
        break
    print(live.throw(Skip()) if command == "skip" else next(live))
