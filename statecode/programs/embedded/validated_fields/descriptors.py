import sys


class Checked:
    def __init__(self, convert, check):
        self.convert, self.check = convert, check

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, item, owner=None):
        return item.__dict__.get(self.name)

    def __set__(self, item, text):
        value = self.convert(text)
        if not self.check(value):
            raise ValueError(f"bad {self.name}: {text}")
        item.__dict__[self.name] = value


class Item:
    name = Checked(str, str.isalpha)
    count = Checked(int, lambda n: n >= 0)
    price = Checked(int, lambda n: n > 0)


items = {}
for line in sys.stdin:
    label, field, text = line.split()
    print(f"set {label}.{field}")
    setattr(items.setdefault(label, Item()), field, text)
for label, item in items.items():
    print(f"{label}:", *(f"{key}={value}" for key, value in sorted(vars(item).items())))
