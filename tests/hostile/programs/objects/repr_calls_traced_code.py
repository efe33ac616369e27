# must: any
# runs: trusted
def work():
    total = 0
    for number in range(10):
        total += number
    return total


class Evil:
    def __repr__(self):
        return str(work())


x = Evil()
y = 1
