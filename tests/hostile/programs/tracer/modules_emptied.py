# must: any
# runs: trusted
import sys

for name, module in list(sys.modules.items()):
    if name.startswith(("snoop", "statecode", "cheap_repr", "executing", "linecache", "json", "threading")):
        module.__dict__.clear()
x = 1
