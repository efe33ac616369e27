# Generators: close, throw, GeneratorExit in finally, dropping by rebinding, del and return.
def numbers(label):
    try:
        for i in range(5):
            got = yield i
            if got:
                print(label, "got", got)
    except ValueError as error:
        print(label, "caught", error)
        yield "after error"
    except GeneratorExit:
        print(label, "exit")
        raise
    finally:
        print(label, "finally")


g = numbers("a")
print(next(g), g.send("x"))
g.close()
print("closed")
g = numbers("b")
next(g)
g = None
print("rebound b")
g = numbers("c")
next(g)
del g
print("deleted c")
g = numbers("d")
next(g)
print(g.throw(ValueError("thrown")))
g = numbers("e")
print("rebound d")
del g
print("never started e")
next(numbers("f"))
print("temporary f")
[next(numbers("g")) for _ in range(2)]
print("list g")


def local():
    generator = numbers("h")
    next(generator)
    print("returning")


local()
print("returned h")


def returns():
    generator = numbers("i")
    next(generator)
    return generator


kept = returns()
print("kept i", next(kept))
for value in numbers("j"):
    if value == 1:
        break
print("left j")
first, second = numbers("k"), numbers("l")
next(first), next(second)
first, second = second, first
first = 1
print("swapped")
print("end")
