# python >= 3.12: Type parameters, type aliases and generic classes, whose scopes are functions of their own.
class Box[T]:
    kind = "box"
    names = sorted(n for n in locals() if not n.startswith("__") and not n.startswith("."))

    def __init__(self, value: T):
        self.value = value

    def get[U](self, default: U) -> T | U:
        scope = locals()
        return self.value if self.value else default, sorted(scope)


type Pair[A] = tuple[A, A]


def first[T](values: list[T]) -> T:
    here = sorted(locals())
    return values[0], here


print(Box(0).get("default"), Box.names, Box.__type_params__, Pair.__value__, first([1]), first.__type_params__)


def outer():
    variable = 1

    class Inner[T]:
        value = variable

        def method(self):
            return variable, __class__.__name__

    return Inner().method(), sorted(locals())


print(outer())
