# A dictionary from locals() is kept and used as the namespace of exec; the name that exec makes stays in it.
def run(source):
    result = 0
    scope = locals()
    exec(source, globals(), scope)
    other = 5
    return scope["result"], sorted(scope)


print(run("result = 6 * 7"))
print(run("result = [n for n in range(3)]; extra = 1"))


def without_locals(source):
    a = 1
    exec(source)
    b = 2
    return sorted(locals()), a, b


print(without_locals("a = 10; made = 11"))
