# The qualified name of a function or class, an instance of a subclass of str, is released with it.
class Name(str):
    def __del__(self):
        print("released", str(self))


def outer():
    def inner():
        pass

    def generator():
        yield

    inner.__qualname__ = Name("inner")
    generator.__qualname__ = Name("generator")
    running = generator()
    step = 1
    del inner
    print("after inner")
    del running, generator
    print("after generator")


outer()


class Thing:
    pass


Thing.__qualname__ = Name("Thing")
thing = Thing()
step = 2
Thing.__qualname__ = "Thing"
print("end")
