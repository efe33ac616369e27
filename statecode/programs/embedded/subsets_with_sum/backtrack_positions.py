def search(numbers, start, rest, chosen, found):
    if rest == 0:
        found.append(tuple(chosen))
        return
    for i in range(start, len(numbers)):
        if numbers[i] <= rest:
            chosen.append(i)
            search(numbers, i + 1, rest - numbers[i], chosen, found)
            chosen.pop()


def main():
    numbers = list(map(int, input().split()))
    target = int(input())
    found = []
    search(numbers, 0, target, [], found)
    if not found:
        print("none")
        return
    found.sort(key=lambda positions: (len(positions), positions))
    for positions in found:
        print(*(numbers[i] for i in positions))


main()
