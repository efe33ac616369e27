# weakref.finalize: called at the release, detached, and at exit.
import weakref


class Resource:
    def __init__(self, name):
        self.name = name
        self.finalizer = weakref.finalize(self, print, "finalize", name)

    def close(self):
        self.finalizer()


a = Resource("a")
print(a.finalizer.alive)
a = None
print("after a")
b = Resource("b")
f = b.finalizer
b.close()
print(f.alive)
b = None
print("after b")


def scope():
    c = Resource("c")
    print("in scope")


scope()
print("after scope")
d = Resource("d")
print(d.finalizer.detach() is not None)
del d
print("after d")
e = Resource("e at exit")
print("end")
