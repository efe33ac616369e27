import sys

class Guard:
    names = {ZeroDivisionError: "zero", ValueError: "text"}

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        print("else" if kind is None else self.names[kind])
        print("done")
        return True


for line in sys.stdin:
    with Guard():
        print("quotient", 100 // int(line))
