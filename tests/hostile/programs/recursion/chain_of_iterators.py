# must: killed SIGSEGV | exception RecursionError | memory
# runs: trusted
import itertools  # noqa: F401

x = iter(())
exec(compile("for _ in range(500_000): x = itertools.chain(x, x)", "other.py", "exec"))
next(x)
