# must: any
# runs: trusted
import builtins

builtins.__dict__.clear()
x = 1
y = x + 1
