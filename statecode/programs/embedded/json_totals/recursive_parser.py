import sys


class JsonParser:
    def __init__(self, text):
        self.text = text
        self.at = 0
        self.total = self.strings = self.deepest = 0

    def skip(self):
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def take(self, expected):
        self.skip()
        if self.text[self.at:self.at + len(expected)] != expected:
            raise ValueError(f"expected {expected!r} at {self.at}")
        self.at += len(expected)

    def peek(self):
        self.skip()
        return self.text[self.at]          # IndexError at the end of the text

    def string(self):
        self.take('"')
        end = self.text.index('"', self.at)
        self.at = end + 1

    def items(self, close, one):
        self.at += 1
        if self.peek() != close:
            one()
            while self.peek() == ",":
                self.at += 1
                one()
        self.take(close)

    def value(self, depth=0):
        def member():
            self.skip()
            self.string()
            self.take(":")
            self.value(depth + 1)
        c = self.peek()
        if c in "[{":
            self.deepest = max(self.deepest, depth + 1)
            if c == "[":
                self.items("]", lambda: self.value(depth + 1))
            else:
                self.items("}", member)
        elif c == '"':
            self.string()
            self.strings += 1
        elif c in "tfn":
            self.take({"t": "true", "f": "false", "n": "null"}[c])
        else:
            begin = self.at
            self.at += 1
            while self.text[self.at:self.at + 1].isdigit():
                self.at += 1
            self.total += int(self.text[begin:self.at])


parser = JsonParser(sys.stdin.read())
parser.value()
print(f"sum={parser.total} strings={parser.strings} depth={parser.deepest}")
