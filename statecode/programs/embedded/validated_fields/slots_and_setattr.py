class BadField(TypeError):
    """A field was given a value that it cannot hold."""


class Item:
    __slots__ = ("count", "name", "price")      # in alphabetical order

    def __setattr__(self, field, text):
        match field:
            case "name" if text.isalpha():
                value = text
            case "count" if text.isdigit():
                value = int(text)
            case "price" if text.isdigit() and int(text):
                value = int(text)
            case _:
                raise BadField(field, text)
        super().__setattr__(field, value)

    def __repr__(self):
        return " ".join(f"{f}={getattr(self, f)}" for f in self.__slots__ if hasattr(self, f))


shelf = dict()
try:
    while line := input():
        label, field, text = line.split()
        print("set %s.%s" % (label, field))
        if label not in shelf:
            shelf[label] = Item()
        setattr(shelf[label], field, text)
except EOFError:
    for label in shelf:
        print(f"{label}: {shelf[label]!r}")
