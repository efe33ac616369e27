import re

FIELD = re.compile(r'(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)')

def row(line):
    at = 0
    while True:
        m = FIELD.match(line, at)
        quoted, plain = m.groups()
        yield plain if quoted is None else quoted.replace('""', '"')
        if not m.group().endswith(","):
            break
        at = m.end()

lines = open(0).read().splitlines()
for cells in map(list, map(row, lines)):
    print(len(cells), end=": ")
    print(*cells, sep=" | ")
