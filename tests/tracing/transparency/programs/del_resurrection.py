# A finaliser that keeps its object alive, and finalisers that raise (printed on stderr).
import sys

saved = []


class Phoenix:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)
        saved.append(self)


x = Phoenix("x")
x = None
print(len(saved), sys.getrefcount(saved[0]))
y = saved.pop()
print(y.name)
y = None
print(len(saved))


def local():
    p = Phoenix("p")
    q = 1
    return q


local()
print([each.name for each in saved])


class Failing:
    def __del__(self):
        print("failing")
        raise ValueError("in a finaliser")


f = Failing()
f = None
print("after failing")


def scope():
    f = Failing()
    return "returned"


print(scope())
print("end")
