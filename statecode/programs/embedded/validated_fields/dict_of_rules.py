import sys

rules = {
    'name': lambda s: s.isalpha(),
    'count': lambda s: int(s) >= 0,
    'price': lambda s: int(s) > 0,
}
data = {}
for line in sys.stdin.read().splitlines():
    item, field, value = line.split()
    print('set', item + '.' + field)
    if not rules[field](value):
        sys.exit(f'{field} cannot be {value}')
    data.setdefault(item, {})[field] = value
for item in data:
    print(item + ': ' + ' '.join(f'{k}={data[item][k]}' for k in sorted(data[item])))
