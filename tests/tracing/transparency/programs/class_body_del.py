# Names are deleted in class bodies and found in the globals again.
x = "global"


class Body:
    first = x
    x = "class"
    second = x
    del x
    third = x
    try:
        del x
    except NameError as error:
        print(error)
    for i in range(2):
        pass
    del i
    values = [x for _ in range(1)]


print(Body.first, Body.second, Body.third, Body.values, hasattr(Body, "i"), hasattr(Body, "x"))


def function():
    x = "function"

    class Inner:
        first = x
        x = "inner"
        second = x
        del x
        try:
            third = x
        except NameError as error:
            third = str(error)

    return Inner.first, Inner.second, Inner.third


print(function())
