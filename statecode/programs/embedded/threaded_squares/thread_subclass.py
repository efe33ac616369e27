from threading import Lock, Thread


class Squarer(Thread):
    lock = Lock()
    total = 0

    def __init__(self, number):
        super().__init__(name=f"squarer-{number}")
        self.number = number

    def run(self):
        square = sum([abs(self.number)] * abs(self.number))
        with self.lock:
            Squarer.total += square
            print(square)


for squarer in map(Squarer, map(int, input().split())):
    squarer.start(); squarer.join()
print(Squarer.total)
