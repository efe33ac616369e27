def solve(numbers):
    memo = {}

    def longest(i, last):
        if i == len(numbers):
            return 0
        key = i, last
        if key not in memo:
            skip = longest(i + 1, last)
            take = 1 + longest(i + 1, numbers[i]) if last is None or numbers[i] > last else 0
            memo[key] = max(skip, take)
        return memo[key]

    return longest(0, None)

cases, *rows = open(0).read().splitlines()
for row in rows[:int(cases)]:
    print(solve([int(x) for x in row.split()]))
