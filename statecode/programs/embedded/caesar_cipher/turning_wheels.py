from collections import deque


class Wheel:
    """Two rings of letters, the inner one turned against the outer one."""

    def __init__(self, letters, turns):
        self.outer = letters
        self.inner = deque(letters)
        self.inner.rotate(-turns)

    def __contains__(self, letter):
        return letter in self.outer

    def __call__(self, letter):
        return self.inner[self.outer.index(letter)]


turns = int(input())
small = "abcdefghijklmnopqrstuvwxyz"
wheels = Wheel(small, turns), Wheel(small.upper(), turns)
while True:
    try:
        message = input()
    except EOFError:
        break
    coded = ""
    for letter in message:
        for wheel in wheels:
            if letter in wheel:
                coded += wheel(letter)
                break
        else:
            coded += letter
    print(coded)
