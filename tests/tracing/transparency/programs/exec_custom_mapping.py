# exec with a mapping as locals: every access of the program's code is counted, and no other access happens.
from collections import ChainMap, UserDict


class Counting:
    def __init__(self):
        self.data = {}
        self.log = []

    def __getitem__(self, name):
        self.log.append("get " + name)
        return self.data[name]

    def __setitem__(self, name, value):
        self.log.append("set " + name)
        self.data[name] = value

    def __delitem__(self, name):
        self.log.append("del " + name)
        del self.data[name]

    def keys(self):
        self.log.append("keys")
        return self.data.keys()

    def __iter__(self):
        self.log.append("iter")
        return iter(self.data)


space = Counting()
exec("a = 1\nb = a + 1\nfor c in range(2):\n    b += c\ndel a\nprint(b)", {}, space)
print(space.log)
print(space.data)
chained = ChainMap({}, {"base": 5})
exec("derived = base + 1\nbase = 7", {}, chained)
print(chained.maps)
user = UserDict()
exec("x = 1\ny = [x]", {}, user)
print(user.data)
