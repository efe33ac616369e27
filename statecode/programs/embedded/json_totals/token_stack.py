import re
text = open(0).read()
tokens = re.findall(r'"[^"]*"|-?\d+|[][{}:,]|\w+', text)
open_ = []
total = strings = depth = 0
for t, after in zip(tokens, tokens[1:] + [""]):
    if t in "[{":
        open_.append("]" if t == "[" else "}")
        depth = max(depth, len(open_))
    elif t in "]}":
        if open_.pop() != t:
            raise SyntaxError("brackets cross")
    elif t[0] == '"':
        strings += after != ":"
    elif t[0] in "-0123456789":
        total += int(t)
if open_:
    raise SyntaxError(f"{len(open_)} brackets left open")
print(f"{total=} {strings=} {depth=}".replace("total", "sum"))
