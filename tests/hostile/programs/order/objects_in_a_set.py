# must: ok
# runs: trusted
# twice: same
class Thing:
    def __init__(self, number):
        self.number = number


source = "things = {Thing(number) for number in range(30)}"
exec(compile(source, "other.py", "exec"))
print([thing.number for thing in things])  # noqa: F821
