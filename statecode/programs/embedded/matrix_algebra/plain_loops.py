def add(a, b):
    assert len(a) == len(b) and len(a[0]) == len(b[0]), "shapes differ"
    result = []
    for i in range(len(a)):
        result.append([])
        for j in range(len(a[0])):
            result[i].append(a[i][j] + b[i][j])
    return result


def multiply(a, b):
    assert len(a[0]) == len(b), "inner sizes differ"
    result = []
    for i in range(len(a)):
        row = []
        for j in range(len(b[0])):
            total = 0
            for k in range(len(b)):
                total += a[i][k] * b[k][j]
            row.append(total)
        result.append(row)
    return result


matrices = {}
while True:
    try:
        line = input()
    except EOFError:
        break
    if "=" in line:
        name, numbers = line.split("=")
        matrices[name.strip()] = [list(map(int, row.split())) for row in numbers.split(";")]
        continue
    words = line.split()
    m = matrices[words[1]]
    if words[-1] == "T":
        m = [[m[i][j] for i in range(len(m))] for j in range(len(m[0]))]
    elif "+" in words:
        m = add(m, matrices[words[3]])
    elif "*" in words:
        m = multiply(m, matrices[words[3]])
    elif "^" in words:
        power = m
        for _ in range(int(words[3]) - 1):
            power = multiply(power, m)
        m = power
    for row in m:
        print(*row)
