"""Evaluate arithmetic with a Pratt parser: every operator has a binding power."""
import operator
import re


class Parser:
    binding = {"+": 10, "-": 10, "*": 20, "/": 20}
    apply = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.floordiv}

    def __init__(self, source):
        self.tokens = iter(re.findall(r"\d+|[-+*/()]", source))
        self.current = next(self.tokens, None)

    def advance(self):
        token, self.current = self.current, next(self.tokens, None)
        return token

    def prefix(self):
        match self.advance():
            case "-":
                return -self.parse(30)
            case "(":
                inside = self.parse(0)
                if self.advance() != ")":
                    raise ValueError("missing closing parenthesis")
                return inside
            case None:
                raise ValueError("unexpected end")
            case digits:
                return int(digits)

    def parse(self, minimum):
        left = self.prefix()
        while self.binding.get(self.current, 0) > minimum:
            op = self.advance()
            left = self.apply[op](left, self.parse(self.binding[op]))
        return left


def main():
    while True:
        try:
            line = input()
        except EOFError:
            break
        print(Parser(line).parse(0))


main()
