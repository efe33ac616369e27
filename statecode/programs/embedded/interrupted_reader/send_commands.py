def reader():
    words = yield
    count = 0
    command = yield
    while command != "stop":
        text = words[count]
        count += 1
        command = yield text if command == "next" else "skipped " + text
    yield f"closed after {count}"

r = reader()
r.send(None)
r.send(input().split())
try:
    while True:
        command = input()
        print(r.send(command))
        if command == "stop":
            break
except EOFError:
    pass
