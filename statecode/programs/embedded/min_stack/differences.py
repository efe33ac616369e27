# Stores value minus the minimum before it; a negative difference marks a new minimum.
least = None
pile = []
for line in open(0):
  word, *number = line.split()
  if word == 'push':
    x = int(number[0])
    if least is None:
      least = x
      pile.append(0)
    else:
      pile.append(x - least)
      least = min(least, x)
  elif word == 'min':
    if not pile:
      raise LookupError('empty')
    print('min', least)
  else:
    d = pile.pop()
    if d < 0:
      print(least)
      least -= d
    else:
      print(least + d)
    if not pile:
      least = None
