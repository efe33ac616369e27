# must: exception RecursionError | killed SIGSEGV | memory | timeout | tracer_error
# runs: trusted
source = "def g(n):\n    if n: yield from g(n - 1)\n    yield n\nprint(sum(g(100_000)))"
exec(compile(source, "other.py", "exec"))
