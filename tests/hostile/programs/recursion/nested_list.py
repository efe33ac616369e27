# must: exception RecursionError
# recorded: y = 1
# runs: trusted
x = []
exec(compile("for _ in range(100_000): x = [x]", "other.py", "exec"))
y = 1
print(x)
