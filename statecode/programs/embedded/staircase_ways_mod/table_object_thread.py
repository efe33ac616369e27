from threading import Thread, stack_size
import sys


class Stairs:
    """Counts ways per height; asking for a height fills in the lower ones, one frame each."""
    MOD = 10 ** 6 + 7

    def __init__(self):
        self.table = [1, 1, 2]

    def ways(self, height):
        if height >= len(self.table):
            below = self.ways(height - 1)
            self.table.append((below + self.table[-2] + self.table[-3]) % self.MOD)
        return self.table[height]

    def run(self):
        print(self.ways(int(input())))


sys.setrecursionlimit(20000)
stack_size(1 << 26)
t = Thread(target=Stairs().run)
t.start(); t.join()
