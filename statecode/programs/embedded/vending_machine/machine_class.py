class Refused(Exception):
    pass


class Slot:
    def __init__(self, price, count):
        self.price, self.count = price, count

    def sell(self, name, credit):
        if not self.count:
            raise Refused(f"sold out {name}")
        if credit < self.price:
            raise Refused(f"missing {self.price - credit}")
        self.count -= 1
        return credit - self.price


class Machine:
    def __init__(self, **slots):
        self.slots = slots
        self.credit = 0

    def coin(self, value):
        if int(value) not in {5, 10, 20, 50, 100, 200}:
            raise Refused("rejected " + value)
        self.credit += int(value)
        return f"credit {self.credit}"

    def press(self, name):
        if name not in self.slots:
            raise Refused("unknown " + name)
        self.credit = self.slots[name].sell(name, self.credit)
        return "take " + name

    def refund(self):
        back, self.credit = self.credit, 0
        return f"change {back}"


machine = Machine(water=Slot(70, 1), chips=Slot(120, 2), choc=Slot(95, 2))
while True:
    try:
        command, *args = input().split()
        print(getattr(machine, command)(*args))
    except Refused as refusal:
        print(refusal)
    except EOFError:
        break
