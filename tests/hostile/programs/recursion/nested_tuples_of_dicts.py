# must: exception RecursionError
# recorded: y = 1
# runs: trusted
x = ()
exec(compile("for _ in range(50_000): x = ({1: x},)", "other.py", "exec"))
y = 1
hash(str(x))
