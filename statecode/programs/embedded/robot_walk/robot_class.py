import sys


class Crash(Exception):
    def __init__(self, robot):
        super().__init__(f"robot left the field at ({robot.x}, {robot.y})")


class Robot:
    names = "NESW"
    moves = ((0, 1), (1, 0), (0, -1), (-1, 0))

    def __init__(self, width, height):
        self.width = width
        self.height = height
        self.x = self.y = self.heading = 0

    def left(self):
        self.heading = (self.heading - 1) % 4

    def right(self):
        self.heading = (self.heading + 1) % 4

    def forward(self):
        dx, dy = self.moves[self.heading]
        self.x += dx
        self.y += dy
        if self.x not in range(self.width) or self.y not in range(self.height):
            raise Crash(self)

    def obey(self, commands):
        actions = {"L": self.left, "R": self.right, "F": self.forward}
        for command in commands:
            actions[command]()

    def __str__(self):
        return f"{self.x} {self.y} {self.names[self.heading]}"


def main():
    size = [int(word) for word in sys.stdin.readline().split()]
    for line in sys.stdin:
        robot = Robot(*size)
        robot.obey(line.strip())
        print(robot)


if __name__ == "__main__":
    main()
