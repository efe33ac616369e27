from itertools import combinations

while (line := input()) != "END":
    numbers = map(int, line.split())
    print(sum(x > y for x, y in combinations(numbers, 2)))
