class Tag:
    level = 0

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        self.show(f"<{self.name}>")
        Tag.level += 1

    def __exit__(self, *error):
        Tag.level -= 1
        self.show(f"</{self.name}>")

    @classmethod
    def show(cls, text):
        print("  " * cls.level, text, sep="")


def content():
    """Read up to the matching close; True if there was one."""
    while True:
        try:
            line = input()
        except EOFError:
            return False
        if line == "close":
            return True
        if line[:5] == "open ":
            with Tag(line[5:]):
                content()
        else:
            Tag.show(line)


if content():
    raise RuntimeError("close without open")
