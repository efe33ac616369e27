# must: exception | output_limit | timeout | event_limit
# runs: trusted
source = """
error = ValueError(0)
for number in range(100_000):
    error.__context__, error = error, ValueError(number)
    error.__cause__ = error.__context__
first = error
raise error
"""
exec(compile(source, "other.py", "exec"))
