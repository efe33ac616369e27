class Node:
    def __init__(self, parent=None):
        self.children = []
        if parent:
            parent.children.append(self)

    def __bool__(self):
        return True

    def walk(self, level=0):
        """Yield (level, is a leaf) of this node and all below it, by a stack of its own."""
        stack = [(self, level)]
        while stack:
            node, level = stack.pop()
            yield level, not node.children
            stack.extend((child, level + 1) for child in node.children)


nodes = [Node()]
for token in input().split():
    match token[0], token[1:]:
        case "x", count:
            for _ in range(int(count)):
                nodes.append(Node(nodes[-1]))
        case _:
            nodes.append(Node(nodes[int(token)]))
levels, leaves = zip(*nodes[0].walk())
print(len(levels), max(levels), sum(leaves))
