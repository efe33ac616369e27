# Edits of the dictionary from locals() stay until the function itself calls locals() again.
def edited(debug=True):
    level = 1
    options = locals()
    options["level"] = 9
    options.pop("debug")
    options["new"] = "new"
    level += 1
    print(sorted(options.items()))
    level += 1
    print(options["level"], "debug" in options, level)
    again = locals()
    print(again is options, sorted(again)[:3], again["level"], "debug" in again)
    level = 7
    return options.get("level"), level


print(edited())


def cleared(a, b):
    scope = locals()
    scope.clear()
    c = 3
    print(scope)
    return len(scope), a + b + c


print(cleared(1, 2))


def updated():
    x = 1
    scope = locals()
    scope.update(x=100, y=200)
    for _ in range(2):
        x += 1
    return scope["x"], scope["y"], x, "_" in scope


print(updated())
