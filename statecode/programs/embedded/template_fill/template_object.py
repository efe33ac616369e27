from functools import reduce

class Template:
    def __init__(self, text):
        self.text = text

    def __mod__(self, values):
        out = []
        for i, piece in enumerate(self.text.replace("}}", "{{").split("{{")):
            if i % 2:
                name, *methods = (p.strip() for p in piece.split("|"))
                piece = reduce(lambda s, m: str(len(s)) if m == "len" else getattr(s, m)(), methods, values[name])
            out.append(piece)
        return "".join(out)

values = {}
while (line := input()) != "---":
    name, values[name] = line.split("=", 1)

def templates():
    try:
        while True:
            yield Template(input())
    except EOFError:
        return

for template in templates():
    print(template % values)
