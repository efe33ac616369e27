n = int(input())
teams = []
for _ in range(n):
    name, solved, penalty = input().split()
    teams.append((-int(solved), int(penalty), name))
teams.sort()

place = 0
for i, (solved, penalty, name) in enumerate(teams):
    if i == 0 or (solved, penalty) != teams[i - 1][:2]:
        place = i + 1
    print(place, name)
