# must: any
# runs: trusted
import sys

snoop = sys.modules.get("snoop")
if snoop is not None:
    snoop.install(out=sys.stdout, enabled=False)


def f(n):
    return n + 1


f(1)
