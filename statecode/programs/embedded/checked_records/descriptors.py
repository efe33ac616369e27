import sys


class Checked:
    """A descriptor that runs a test before it stores a value."""

    def __init__(self, test, reason):
        self.test, self.reason = test, reason

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, record, owner=None):
        return self if record is None else record.__dict__[self.name]

    def __set__(self, record, value):
        if not self.test(value):
            raise ValueError(f"{self.name} {self.reason}")
        record.__dict__[self.name] = value


class Person:
    name = Checked(str.isalpha, "needs letters")
    age = Checked(lambda v: 0 <= int(v) <= 150, "out of range")
    score = Checked(lambda v: 0 <= int(v) <= 100, "out of range")

    def __init__(self, name, age, score):
        self.name = name
        self.age = age
        self.score = score

    def __repr__(self):
        return f"{self.name} age={self.age} score={self.score}"


people = {}
for line in sys.stdin:
    command, name, *rest = line.split()
    if command == "new":
        try:
            people[name] = Person(name, *rest)
        except ValueError as error:
            print("rejected:", error)
    elif command == "set":
        setattr(people[name], *rest)
    else:
        print(people[name])
