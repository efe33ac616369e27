import re
import sys

RANK = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 3}

for line in sys.stdin:
  numbers, pending, previous = [], [], "("
  for token in re.findall(r"\d+|\S", line) + ["end"]:
    if token.isdigit():
      numbers.append(int(token))
    elif token == "(":
      pending.append(token)
    elif token == "-" and previous in RANK.keys() | {"("}:
      pending.append("neg")
    else:
      while pending and pending[-1] != "(" and RANK[pending[-1]] >= RANK.get(token, 0):
        op = pending.pop()
        b = numbers.pop()
        if op == "neg":
          numbers.append(-b)
          continue
        a = numbers.pop()
        numbers.append(a + b if op == "+" else a - b if op == "-" else a * b if op == "*" else a // b)
      if token == ")":
        pending.pop()
      elif token != "end":
        pending.append(token)
    previous = token
  assert not pending and len(numbers) == 1, "unbalanced"
  print(numbers[0])
