stack, memory = [], {}
pop, push = stack.pop, stack.append

def binary(f):
  def run():
    b = pop(); a = pop()
    push(f(a, b))
  return run

def compiled(line, following):
  """Turn a line into a function that gives the next position."""
  op, _, arg = line.strip().partition(" ")
  plain = {
    "push": lambda: push(int(arg)),
    "get": lambda: push(memory[arg]),
    "set": lambda: memory.__setitem__(arg, pop()),
    "dup": lambda: push(stack[-1]),
    "swap": lambda: stack.insert(-1, pop()),
    "print": lambda: print(pop()),
    "add": binary(lambda a, b: a + b),
    "sub": binary(lambda a, b: a - b),
    "mul": binary(lambda a, b: a * b),
    "div": binary(lambda a, b: a // b),
  }
  if op in plain:
    return lambda: (plain[op](), following)[1]
  return {
    "jump": lambda: int(arg),
    "jzero": lambda: following if pop() else int(arg),
    "halt": lambda: len(functions),
  }[op]

functions = [compiled(line, i) for i, line in enumerate(open(0), 1)]
position = 0
while position < len(functions):
  position = functions[position]()
