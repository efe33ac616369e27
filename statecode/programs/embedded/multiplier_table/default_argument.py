factors = [int(x) for x in input().split()]
# f=f keeps each lambda's own factor
functions = [lambda x, f=f: f * x for f in factors]
for number in map(int, input().split()):
    print(*[g(number) for g in functions])
