import ast


def walk(node, level, out):
    match node:
        case int():
            out.append(node)
            return level
        case []:
            return level + 1
        case [first, *rest]:
            return max(walk(first, level + 1, out), walk(rest, level, out))


numbers = []
deepest = walk(ast.literal_eval(input()), 0, numbers)
print(*numbers)
print(deepest)
