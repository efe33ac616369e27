from enum import Enum


Mode = Enum("Mode", "IDLE NUM NAME STR OP")


class LexError(Exception):
    pass


class Lexer:
    """Feeds one character at a time; `word` collects the token being read."""

    def __init__(self):
        self.mode, self.word, self.done = Mode.IDLE, "", []

    def flush(self):
        if self.mode is Mode.STR:
            raise LexError("string without an end")
        if self.word == "!" or self.word == ":":
            raise LexError(self.word)
        if self.mode is not Mode.IDLE:
            self.done.append(f"{self.mode.name}:{self.word}")
        self.mode, self.word = Mode.IDLE, ""

    def feed(self, c):
        if self.mode is Mode.STR:
            self.word += c
            if c == '"':
                self.done.append("STR:" + self.word)
                self.mode, self.word = Mode.IDLE, ""
            return
        glue = (
            self.mode in (Mode.NUM, Mode.NAME) and c.isdigit()
            or self.mode is Mode.NAME and (c.isalpha() or c == "_")
            or self.mode is Mode.OP and self.word in "=<>!:" and c == "="
        )
        if glue:
            self.word += c
            return
        self.flush()
        if c == " ":
            return
        self.word = c
        if c.isdigit():
            self.mode = Mode.NUM
        elif c.isalpha() or c == "_":
            self.mode = Mode.NAME
        elif c == '"':
            self.mode = Mode.STR
        elif c in "+-*/=<>();!:":
            self.mode = Mode.OP
        else:
            raise LexError(c)


def scan(line):
    lexer = Lexer()
    for c in line.split("#")[0]:
        lexer.feed(c)
    lexer.flush()
    return lexer.done


try:
    while True:
        print(" ".join(scan(input())) or "-")
except EOFError:
    pass
