import sys
kind, money = {}, {}
for line in sys.stdin:
  c, *a = line.split()
  if c == 'open':
    kind[a[1]], money[a[1]] = a[0], 0
  elif c == 'deposit':
    money[a[0]] += int(a[1])
  elif c == 'withdraw':
    money[a[0]] -= int(a[1])
    if money[a[0]] < -500 * (kind[a[0]] == 'credit'):
      sys.exit('refused: ' + a[0])
  elif c == 'show':
    print(*a, money[a[0]])
  else:
    for k in kind:
      money[k] += {'savings': money[k] * 2 // 100, 'credit': -10 * (money[k] < 0)}.get(kind[k], 0)
