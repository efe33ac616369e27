# must: any
# runs: trusted
import builtins

builtins.len = lambda value: -1
builtins.repr = lambda value: value
builtins.str = int
y = [1, 2]
