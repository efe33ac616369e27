# eval reads the variables of the function, and its own namespaces are left alone.
def run(text):
    a = 5
    b = [1, 2]
    scope = locals()
    scope["a"] = 50
    print(eval("a"), eval("a", globals(), scope), eval("b", {}, scope), eval(text))
    return eval("[name for name in ('a', 'b')]"), eval("a + len(b)", {"a": 1, "b": ""})


print(run("a * 2"))


def names():
    left, right = 1, 2
    space = {"left": "space"}
    eval("left", space)
    print(sorted(key for key in space if key != "__builtins__"))
    return [eval("name") for name in "ab"] if hasattr([], "no") else eval("left + right")


print(names())
