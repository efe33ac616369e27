def run(source):
    result = 0
    scope = locals()
    exec(source, globals(), scope)
    return scope["result"]


def edited(level):
    options = locals()
    options["level"] = 9
    level += 1
    return options["level"]


answer = run("result = 6 * 7")
print(answer, edited(1))
