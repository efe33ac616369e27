class MinStack(list):
    """A list of pairs (value, smallest value so far)."""

    @property
    def minimum(self):
        return self[-1][1]

    def push(self, value):
        self.append((value, min(value, self.minimum) if self else value))

    def pop(self):
        return super().pop()[0]


stack = MinStack()
try:
    while True:
        match input().split():
            case ["push", value]:
                stack.push(int(value))
            case ["pop"]:
                print(stack.pop())
            case _:
                print("min", stack.minimum)
except EOFError:
    pass
