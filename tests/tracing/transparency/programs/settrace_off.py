# The program takes the tracer off and ends without one.
import sys


def work(n):
    return [i * i for i in range(n)]


print(work(2))
sys.settrace(None)
print(work(3))


class Value:
    def __del__(self):
        print("del")


x = Value()
x = None
print("end")
