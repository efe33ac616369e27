from dataclasses import dataclass
import math
import sys


@dataclass
class Ticket:
    car: str
    slot: int
    entered: int

    def fee(self, minute):
        return 2 * math.ceil((minute - self.entered) / 60)


class Garage:
    def __init__(self, size):
        self.slots = [None] * size
        self.till = 0

    def _ticket_of(self, car):
        return next((t for t in self.slots if t and t.car == car), None)

    def enter(self, minute, car):
        if self._ticket_of(car):
            return "already here"
        if None not in self.slots:
            return "turned away"
        slot = self.slots.index(None)
        self.slots[slot] = Ticket(car, slot + 1, minute)
        return f"slot {slot + 1}"

    def leave(self, minute, car):
        ticket = self._ticket_of(car)
        if ticket is None:
            return "not here"
        self.slots[ticket.slot - 1] = None
        fee = ticket.fee(minute)
        self.till += fee
        return f"pays {fee}"


garage = Garage(int(input()))
for line in sys.stdin:
    minute, action, car = line.split()
    method = garage.enter if action == "in" else garage.leave
    print(car, method(int(minute), car))
print("earned", garage.till)
