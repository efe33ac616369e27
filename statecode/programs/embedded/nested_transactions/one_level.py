current, saved = {}, None

def begin():
    global saved
    saved = dict(current)

def rollback():
    global current, saved
    if saved is None:
        raise RuntimeError("nothing to roll back")
    current, saved = saved, None

def commit():
    global saved
    if saved is None:
        raise RuntimeError("nothing to commit")
    saved = None

try:
    while True:
        command, *rest = input().split()
        if command == "set":
            current[rest[0]] = rest[1]
        elif command == "get":
            print(current.get(rest[0], "none"))
        else:
            {"begin": begin, "rollback": rollback, "commit": commit}[command]()
except EOFError:
    pass
