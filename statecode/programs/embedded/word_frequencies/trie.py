class Node:
    def __init__(self):
        self.children = {}
        self.count = 0

    def insert(self, word):
        node = self
        for ch in word:
            if ch not in node.children:
                node.children[ch] = Node()
            node = node.children[ch]
        node.count += 1

    def walk(self, prefix=""):
        if self.count:
            yield prefix, self.count
        for ch in sorted(self.children):
            yield from self.children[ch].walk(prefix + ch)


k = int(input())
root = Node()
try:
    while True:
        line = "".join(ch if ch.isalpha() else " " for ch in input())
        for word in line.lower().split():
            root.insert(word)
except EOFError:
    ranking = sorted(root.walk(), key=lambda pair: pair[1], reverse=True)
for word, count in ranking[:k]:
    print("%s %d" % (word, count))
