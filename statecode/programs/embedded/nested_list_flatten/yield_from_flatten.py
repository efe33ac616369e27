from ast import literal_eval


def leaves(tree):
    for node in tree:
        if isinstance(node, list):
            yield from leaves(node)
        else:
            yield node


def depth(tree):
    return 1 + max((depth(node) for node in tree if isinstance(node, list)), default=0)


nested = literal_eval(input())
print(*leaves(nested))
print(depth(nested))
