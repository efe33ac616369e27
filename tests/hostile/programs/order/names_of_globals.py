# must: ok
# runs: trusted
# twice: same
import sys

print(sorted(globals()), list(vars(sys.modules["__main__"])))
