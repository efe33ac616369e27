import sys


def parse(line):
    fields = []
    field = ""
    state = "start"
    for ch in line:
        if state == "quoted":
            if ch == '"':
                state = "maybe_end"
            else:
                field += ch
        elif ch == ",":
            fields.append(field)
            field = ""
            state = "start"
        elif ch == '"' and state in ("start", "maybe_end"):
            if state == "maybe_end":     # a doubled quote
                field += '"'
            state = "quoted"
        else:
            field += ch
            state = "plain"
    fields.append(field)
    return fields


for line in sys.stdin.read().splitlines():
    fields = parse(line)
    print(str(len(fields)) + ": " + " | ".join(fields))
