class Node:
    def __init__(self, key):
        self.key = key
        self.left = None
        self.right = None

    def insert(self, key):
        if key < self.key:
            if self.left:
                self.left.insert(key)
            else:
                self.left = Node(key)
        elif key > self.key:
            if self.right:
                self.right.insert(key)
            else:
                self.right = Node(key)

    def height(self):
        below = [child.height() for child in (self.left, self.right) if child]
        return 1 + max(below, default=0)

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.key
        if self.right:
            yield from self.right


first, *others = map(int, input().split())
root = Node(first)
for key in others:
    root.insert(key)
print(*root)
print("height", root.height())


def leaves(node):
    if node is None:
        return []
    if node.left is node.right is None:
        return [node.key]
    return leaves(node.left) + leaves(node.right)


print("leaves", *leaves(root))
