import sys
from functools import total_ordering


@total_ordering
class Team:
    def __init__(self, name, solved, penalty):
        self.name = name
        self.solved = int(solved)
        self.penalty = int(penalty)

    def __eq__(self, other):
        return (self.solved, self.penalty) == (other.solved, other.penalty)

    def __lt__(self, other):
        if self.solved != other.solved:
            return self.solved > other.solved
        return self.penalty < other.penalty


def main():
    lines = sys.stdin.read().splitlines()
    teams = [Team(*line.split()) for line in lines[1:int(lines[0]) + 1]]
    teams.sort(key=lambda t: t.name)
    teams.sort()    # stable, so that names stay in order among equals
    last, shown = None, 0
    for number, team in enumerate(teams, start=1):
        if last is None or team > last:
            shown = number
        print(f"{shown} {team.name}")
        last = team


main()
