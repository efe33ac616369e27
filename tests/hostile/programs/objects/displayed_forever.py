# must: ok | timeout | tracer_error
# runs: trusted
from collections import UserDict, UserList, deque, namedtuple

Point = namedtuple("Point", "x y")
x = UserList([1])
x.append(x)
y = UserDict(a=1)
y["y"] = y
z = deque([1])
z.append(z)
w = Point(z, z)
for _ in range(5):
    w = Point(w, w)
