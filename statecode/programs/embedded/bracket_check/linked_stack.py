from collections import namedtuple

Cell = namedtuple("Cell", "wanted below height")
CLOSERS = dict(["()", "[]", "{}"])

def verdict(text):
  top, best = None, 0
  for ch in text:
    if ch in CLOSERS:
      top = Cell(CLOSERS[ch], top, 1 + (top.height if top else 0))
      best = max(best, top.height)
      continue
    if ch not in CLOSERS.values():
      continue
    if top is None or top.wanted != ch:
      break
    top = top.below
  else:
    if top is None:
      return f"yes {best}"
  return "no"

while True:
  try:
    print(verdict(input()))
  except EOFError:
    break
