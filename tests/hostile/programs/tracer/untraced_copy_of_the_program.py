# must: ok
# stdout: 10000
# runs: trusted
# Code that is not the program's is not recorded; time, memory and output are limited all the same.
source = "n = 0\nwhile n < 10_000:\n    n += 1\nprint(n)"
exec(compile(source, "other.py", "exec"))
