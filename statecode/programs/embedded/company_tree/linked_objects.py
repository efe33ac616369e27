import sys
import threading
from functools import cached_property


class Person:
    boss = None

    def __init__(self):
        self.team = []

    def hire(self, other):
        self.team.append(other)
        other.boss = self

    @cached_property
    def rank(self):
        return self.boss.rank + 1 if self.boss else 1

    @cached_property
    def followers(self):
        return sum(1 + p.followers for p in self.team)


def main():
    n, *bosses = map(int, sys.stdin.read().split())
    people = [Person() for _ in range(n)]
    for person, b in zip(people[1:], bosses):
        people[b - 1].hire(person)
    print(max(p.rank for p in people))
    print(*(p.followers for p in people))


sys.setrecursionlimit(5000)
threading.stack_size(64 * 1024 * 1024)
worker = threading.Thread(target=main)
worker.start()
worker.join()
