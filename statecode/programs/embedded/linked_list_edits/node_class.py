class Node:
    def __init__(self, value, next=None):
        self.value = value
        self.next = next


class LinkedList:
    def __init__(self):
        self.head = None

    def push(self, value):
        self.head = Node(value, self.head)

    def append(self, value):
        if self.head is None:
            self.push(value)
            return
        node = self.head
        while node.next:
            node = node.next
        node.next = Node(value)

    def remove(self, value):
        before, node = None, self.head
        while node is not None and node.value != value:
            before, node = node, node.next
        if node is None:
            raise ValueError(value + " is not in the list")
        if before is None:
            self.head = node.next
        else:
            before.next = node.next

    def reverse(self):
        done = None
        while self.head:
            self.head.next, done, self.head = done, self.head, self.head.next
        self.head = done

    def show(self):
        node = self.head
        parts = []
        while node:
            parts.append(node.value)
            node = node.next
        print(" -> ".join(parts) or "empty")


items = LinkedList()
while True:
    try:
        command, *value = input().split()
    except EOFError:
        break
    getattr(items, command)(*value)
