class OutOfRange(ValueError):
    pass


class Person:
    def __init__(self, name, age, score):
        if not name.isalpha():
            raise ValueError("name needs letters")
        self._name = name
        self.age = age
        self.score = score

    @property
    def age(self):
        return self._age

    @age.setter
    def age(self, value):
        self._age = self._within("age", value, 150)

    @property
    def score(self):
        return self._score

    @score.setter
    def score(self, value):
        self._score = self._within("score", value, 100)

    @staticmethod
    def _within(field, value, top):
        number = int(value)
        if number < 0 or number > top:
            raise OutOfRange(f"{field} out of range")
        return number

    def __repr__(self):
        return "{0._name} age={0._age} score={0._score}".format(self)


def main():
    people = {}
    while True:
        try:
            words = input().split()
        except EOFError:
            return
        match words:
            case ["new", name, age, score]:
                try:
                    people[name] = Person(name, age, score)
                except ValueError as problem:
                    print(f"rejected: {problem}")
            case ["set", name, "age", value]:
                people[name].age = value
            case ["set", name, "score", value]:
                people[name].score = value
            case ["show", name]:
                print(people[name])


main()
