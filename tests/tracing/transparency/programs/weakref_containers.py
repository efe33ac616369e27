# WeakValueDictionary, WeakKeyDictionary and WeakSet: their sizes after each statement.
import weakref


class Thing:
    pass


values = weakref.WeakValueDictionary()
keys = weakref.WeakKeyDictionary()
members = weakref.WeakSet()
a, b = Thing(), Thing()
values["a"], values["b"] = a, b
keys[a] = "a"
keys[b] = "b"
members.add(a)
members.add(b)
print(len(values), len(keys), len(members))
a = None
print(len(values), len(keys), len(members))
for each in list(values.values()):
    print(each is b)
print(len(values))
del each
b = 1
print(len(values), len(keys), len(members))


def temporary():
    values["t"] = Thing()
    return len(values)


print(temporary(), len(values))


class Cached:
    cache = weakref.WeakValueDictionary()

    def __new__(cls, key):
        found = cls.cache.get(key)
        if found is None:
            found = super().__new__(cls)
            cls.cache[key] = found
            print("made", key)
        return found


one = Cached(1)
same = Cached(1)
print(one is same, len(Cached.cache))
one = None
print(len(Cached.cache))
same = None
print(len(Cached.cache))
one = Cached(1)
Cached(2)
print(len(Cached.cache))
