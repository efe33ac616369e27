class Node:
    def __init__(self, value, next_node=None):
        self.value = value
        self.next_node = next_node

    def total(self):
        return self.value + (self.next_node.total() if self.next_node else 0)

    def largest(self):
        if self.next_node is None:
            return self.value
        return max(self.value, self.next_node.largest())

    def occurrences(self, wanted):
        later = self.next_node.occurrences(wanted) if self.next_node else 0
        return later + (self.value == wanted)


head = None
for i in range(int(input()), 0, -1):
    head = Node(i * i % 10, head)
top = head.largest()
print(head.total(), top, head.occurrences(top))
