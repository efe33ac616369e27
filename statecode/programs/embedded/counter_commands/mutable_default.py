import sys

def tick(name, step=None, table={}, log=[]):
  if step is not None:
    table[name] = [0, step]
    return
  if name is None: return len(log)
  table[name][0] += table[name][1]
  log.append(name)
  return table[name][0]

for line in sys.stdin:
  cmd = line.split()
  if cmd[0] == 'new': tick(cmd[1], int(cmd[2]))
  else: print(tick(cmd[1] if cmd[1:] else None))
