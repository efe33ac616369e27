class Stack:
    def __init__(self):
        self.items = []
        self.low = None

    def push(self, n):
        self.items.append(n)
        if self.low is None or n < self.low:
            self.low = n

    def pop(self):
        return self.items.pop()


s = Stack()
for line in open(0):
    cmd = line.split()
    if cmd[0] == "push":
        s.push(int(cmd[1]))
    elif cmd[0] == "pop":
        print(s.pop())
    elif s.items:
        print("min", s.low)
    else:
        raise IndexError("min of an empty stack")
