# must: ok | timeout | tracer_error
# runs: trusted
x = []
exec(compile("for _ in range(60): x = [x] * 10", "other.py", "exec"))
y = 1
