def apply(name, text):
    if name == "upper":
        return text.upper()
    if name == "lower":
        return text.lower()
    if name == "title":
        return text.title()
    if name == "len":
        return str(len(text))
    raise KeyError(name)


def expand(line, values):
    result = ""
    position = 0
    while True:
        start = line.find("{{", position)
        if start < 0:
            return result + line[position:]
        end = line.index("}}", start)
        parts = line[start + 2:end].replace(" ", "").split("|")
        text = values[parts[0]]
        for name in parts[1:]:
            text = apply(name, text)
        result += line[position:start] + text
        position = end + 2


lines = open(0).read().splitlines()
border = lines.index("---")
values = dict(line.split("=", 1) for line in lines[:border])
for line in lines[border + 1:]:
    print(expand(line, values))
