# raise whichever counter is behind until all agree; past r + product there is nothing new
import math
rows = [tuple(map(int, l.split())) for l in open(0).read().splitlines()]
values = [r % m for r, m in rows]
bound = math.prod(m for _, m in rows)
while min(values) < max(values):
  i = values.index(min(values))
  values[i] += rows[i][1]
  if values[i] > bound + max(m for _, m in rows): raise StopIteration('no meeting')
print(values[0], math.lcm(*[m for _, m in rows]))
