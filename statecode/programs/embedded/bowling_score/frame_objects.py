class UnfinishedGame(Exception):
    pass


class Frame:
    """Collects its own pins and the bonus rolls that it is owed."""

    def __init__(self):
        self.rolls = []
        self.owed = 2

    def roll(self, pins):
        """Take the roll; tell whether the next frame may begin."""
        self.rolls.append(pins)
        if sum(self.rolls) >= 10 and len(self.rolls) < 3:
            self.owed = 3
        return self.closed

    @property
    def closed(self):
        return len(self.rolls) >= 2 or self.rolls == [10]

    @property
    def complete(self):
        return self.closed and len(self.rolls) == self.owed


class Game:
    def __init__(self):
        self.frames = [Frame()]

    def roll(self, pins):
        for frame in self.frames[:-1]:
            if not frame.complete:
                frame.roll(pins)
        last = self.frames[-1]
        if not last.complete:
            last.roll(pins)
        if last.closed and len(self.frames) < 10:
            self.frames.append(Frame())

    def total(self):
        if len(self.frames) < 10 or not all(f.complete for f in self.frames):
            raise UnfinishedGame(f"only {len(self.frames)} frames")
        return sum(sum(f.rolls) for f in self.frames)


try:
    while True:
        game = Game()
        for word in input().split():
            game.roll(int(word))
        print(game.total())
except EOFError:
    pass
