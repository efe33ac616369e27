class CodeError(ValueError):
    pass


class Reader:
    """Walks over a string once, from left to right."""

    def __init__(self, text):
        self.text = text
        self.at = 0

    def more(self):
        return self.at < len(self.text)

    def peek(self):
        return self.text[self.at] if self.more() else ""

    def take_while(self, test):
        start = self.at
        while self.more() and test(self.peek()):
            self.at += 1
        return self.text[start:self.at]

    def runs(self):
        while self.more():
            run = self.take_while(self.peek().__eq__)
            yield run[0], len(run)

    def coded_runs(self):
        while self.more():
            digits = self.take_while(str.isdigit)
            if not self.peek().isalpha():
                raise CodeError(f"letter expected at {self.at}")
            yield self.peek(), int(digits or 1)
            self.at += 1


while True:
    try:
        kind, text = input().split()
    except EOFError:
        break
    reader = Reader(text)
    if kind == "E":
        print("".join((str(n) if n > 1 else "") + ch for ch, n in reader.runs()))
    else:
        print("".join(ch * n for ch, n in reader.coded_runs()))
