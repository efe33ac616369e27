# A finaliser calls functions, reads globals and changes them, in the middle of other functions.
state = {"alive": 0, "log": []}


def note(text):
    state["log"].append(text)
    return len(state["log"])


class Counted:
    def __init__(self, name):
        state["alive"] += 1
        self.name = name

    def __del__(self):
        state["alive"] -= 1
        note("released " + self.name)


def work():
    a = Counted("a")
    before = state["alive"]
    a = None
    after = state["alive"]
    b = Counted("b")
    return before, after, state["alive"]


print(work(), state["alive"], state["log"])


def swap(first, second):
    first, second = second, first
    first = None
    count = state["alive"]
    second = None
    return count, state["alive"]


print(swap(Counted("c"), Counted("d")), state["log"][-2:])
items = [Counted(n) for n in "xyz"]
print(state["alive"])
items.reverse()
while items:
    items.pop()
    print(state["alive"], state["log"][-1])


def early(n):
    local = Counted("early")
    if n:
        return state["alive"]
    return 0


print(early(1), state["alive"])
with_lambda = (lambda value: state["alive"])(Counted("lambda"))
print(with_lambda, state["alive"])
print([state["alive"] for c in [Counted("m"), Counted("n")]], state["alive"])
