from collections import namedtuple

Line = namedtuple('Line', ['source', 'target'])


def closure(start, step):
    found = set()
    todo = {start}
    while todo:
        found |= todo
        todo = {t for s in todo for t in step(s)} - found
    return found


def main():
    n, m = map(int, input().split())
    lines = [Line(*map(int, input().split())) for _ in range(m)]
    ahead = lambda s: (line.target for line in lines if line.source == s)
    behind = lambda s: (line.source for line in lines if line.target == s)
    left = set(range(1, n + 1))
    result = []
    while left:
        station = min(left)
        group = closure(station, ahead) & closure(station, behind)
        result.append(sorted(group))
        left -= group
    print(len(result))
    for group in result:
        print(' '.join(map(str, group)))


main()
