class Cell:
    rule = 0

    def __init__(self, alive):
        self.alive = alive
        self.left = self.right = None

    def look(self):
        a = self.left.alive if self.left else False
        c = self.right.alive if self.right else False
        self.coming = bool(Cell.rule & (1 << (4 * a + 2 * self.alive + c)))

    def change(self):
        self.alive = self.coming


Cell.rule = int(input())
steps = int(input())
cells = [Cell(ch == '#') for ch in input()]
for one, other in zip(cells, cells[1:]):
    one.right, other.left = other, one

def show():
    print(*('#' if cell.alive else '.' for cell in cells), sep='')

show()
while steps:
    steps -= 1
    for cell in cells: cell.look()
    for cell in cells: cell.change()
    show()
