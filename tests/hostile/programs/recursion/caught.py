# must: ok | tracer_error
# stdout: caught
# runs: trusted
try:
    exec(compile("def f(n): return f(n + 1)\nf(0)", "other.py", "exec"))
except RecursionError:
    print("caught")
