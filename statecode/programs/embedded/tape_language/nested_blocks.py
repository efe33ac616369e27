from itertools import groupby


class Tape:
    def __init__(self, text):
        self.cells = {}
        self.at = 0
        self.text = iter(text)

    @property
    def here(self):
        return self.cells.get(self.at, 0)

    @here.setter
    def here(self, value):
        self.cells[self.at] = value & 255

    def move(self, distance):
        self.at += distance
        if self.at < 0:
            raise EOFError(f"position {self.at}")


def parse(chars):
    """Turn the text into a list of (character, count) and, for loops, lists."""
    block, run = [], []
    for c in chars:
        if c in "[]":
            block += [(k, len(list(same))) for k, same in groupby(run)]
            run = []
            if c == "]":
                return block
            block.append(parse(chars))
        elif c in "+-<>.,":
            run.append(c)
    return block + [(k, len(list(same))) for k, same in groupby(run)]


def execute(block, tape):
    for part in block:
        match part:
            case list():
                while tape.here:
                    execute(part, tape)
            case "+", n:
                tape.here += n
            case "-", n:
                tape.here -= n
            case (">", n):
                tape.move(n)
            case ("<", n):
                tape.move(-n)
            case (".", n):
                print(chr(tape.here) * n, end="")
            case (",", n):
                for _ in range(n):
                    tape.here = ord(next(tape.text, "\0"))


def main():
    source = input()
    try:
        text = input()
    except EOFError:
        text = ""
    execute(parse(iter(source)), Tape(text))
    print()


main()
