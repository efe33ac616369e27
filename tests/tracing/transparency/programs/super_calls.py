# super() with and without arguments, in nested functions, comprehensions and class methods.
class A:
    def __init__(self, *args):
        self.args = args

    def go(self):
        return ["A"]

    @classmethod
    def make(cls):
        return cls.__name__


class B(A):
    def __init__(self, *args):
        super().__init__(*args, "b")

    def go(self):
        own = super().go()
        scope = locals()
        own.append(len(scope))
        return own + ["B"]

    @classmethod
    def make(cls):
        return "B." + super().make()


class C(A):
    def go(self):
        def nested():
            return super(C, self).go()

        values = [super(C, self).go() for _ in range(2)]
        return nested() + values[0] + ["C"]


class D(B, C):
    def go(self):
        try:
            return super().go() + ["D"]
        finally:
            print(sorted(locals()))


print(D(1).go(), D.make(), D(2).args, [k.__name__ for k in D.__mro__])


class E(A):
    def bad(self):
        def inner():
            return super().go()

        try:
            return inner()
        except (RuntimeError, TypeError) as error:
            return type(error).__name__, str(error)


print(E().bad())
