lines = open(0).read().splitlines()
N = int(lines[0])
parked = {}          # car -> (slot, minute)
total = 0

def smallest_free():
  used = {slot for slot, _ in parked.values()}
  slot = 1
  while slot in used:
    slot += 1
  return slot

for line in lines[1:]:
  t, what, car = line.split()
  if what == 'in' and car in parked: answer = 'already here'
  elif what == 'in' and len(parked) == N: answer = 'turned away'
  elif what == 'in':
    parked[car] = smallest_free(), int(t)
    answer = 'slot %d' % parked[car][0]
  else:
    try:
      _, start = parked.pop(car)
    except KeyError:
      answer = 'not here'
    else:
      hours, rest = divmod(int(t) - start, 60)
      fee = 2 * (hours + (rest > 0))
      total += fee
      answer = 'pays %d' % fee
  print(car, answer)
print('earned', total)
