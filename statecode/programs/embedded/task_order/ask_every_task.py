"""Ask the tasks in alphabetical order which one can start, and begin again after each that does."""
import sys


class Planner:
    def __init__(self, pairs):
        self.before = {}
        for a, b in pairs:
            self.before.setdefault(a, [])
            self.before.setdefault(b, []).append(a)
        self.plan = []

    def check(self, task, path=()):
        if task in path:
            raise RecursionError(" -> ".join([*path[path.index(task):], task]))
        for earlier in self.before[task]:
            self.check(earlier, path + (task,))

    def blocked(self, task):
        return any(earlier not in self.plan for earlier in self.before[task])

    def run(self):
        names = sorted(self.before)
        for name in names:
            self.check(name)
        while len(self.plan) < len(names):
            for name in names:
                if name not in self.plan and not self.blocked(name):
                    self.plan.append(name)
                    break
        return self.plan


for name in Planner(line.split() for line in sys.stdin).run():
    print(name)
