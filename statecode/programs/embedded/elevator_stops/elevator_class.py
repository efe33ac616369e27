class Elevator:
    """Moves one floor per tick and changes direction when nothing is left ahead."""

    def __init__(self, floor):
        self.floor = floor
        self.step = +1
        self.buttons = set()
        self.travelled = 0

    def press(self, *floors):
        self.buttons.update(floors)

    def ahead(self):
        return any((b - self.floor) * self.step > 0 for b in self.buttons)

    def run(self):
        while self.buttons:
            if self.floor in self.buttons:
                self.buttons.discard(self.floor)
                yield self.floor
            elif self.ahead():
                self.floor += self.step
                self.travelled += 1
            else:
                self.step = -self.step


lift = Elevator(int(input()))
lift.press(*map(int, input().split()))
print("stops:", *lift.run())
print("floors travelled:", lift.travelled)
