class Conflict(Exception):
    pass


class School:
    def __init__(self, size):
        self.size = size
        self.rivals = {child: set() for child in range(1, size + 1)}
        self.teams = {}

    def add_rivals(self, a, b):
        self.rivals[a].add(b)
        self.rivals[b].add(a)

    def assign(self, child, team):
        if child in self.teams:
            if self.teams[child] != team:
                raise Conflict(child)
            return
        self.teams[child] = team
        other = "B" if team == "A" else "A"
        for rival in sorted(self.rivals[child]):
            self.assign(rival, other)

    def split(self):
        for child in self.rivals:
            if child not in self.teams:
                self.assign(child, "A")
        return "".join(self.teams[c] for c in range(1, self.size + 1))


def read_pair():
    a, b = input().split()
    return int(a), int(b)


cases = int(input())
for case in range(cases):
    n, m = read_pair()
    school = School(n)
    for _ in range(m):
        school.add_rivals(*read_pair())
    try:
        print(school.split())
    except Conflict:
        print("IMPOSSIBLE")
