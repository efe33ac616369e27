import dataclasses
import sys


@dataclasses.dataclass(frozen=True)
class Person:
    name: str
    age: int
    score: int

    def __post_init__(self):
        if not self.name.isalpha():
            raise ValueError("name needs letters")
        for field, top in ("age", 150), ("score", 100):
            if not 0 <= getattr(self, field) <= top:
                raise ValueError(f"{field} out of range")


def create(people, name, age, score):
    try:
        return people | {name: Person(name, int(age), int(score))}
    except ValueError as reason:
        print("rejected:", reason)
        return people


def change(people, name, field, value):
    return people | {name: dataclasses.replace(people[name], **{field: int(value)})}


def show(people, name):
    values = dataclasses.asdict(people[name])
    print(values.pop("name"), *(f"{k}={v}" for k, v in values.items()))
    return people


people = {}
for line in sys.stdin.read().splitlines():
    word, *args = line.split()
    people = {"new": create, "set": change, "show": show}[word](people, *args)
