# must: any
# runs: trusted
source = "n = 0\n" * 100 + "while n < 10_000:\n    n += 1\n"
exec(compile(source, "program.py", "exec"), {"__name__": "__main__"})
