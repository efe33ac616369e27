# must: any
# runs: trusted
import sys


def refuse(*ignored):
    raise SystemExit


sys.addaudithook(refuse)
x = 1
y = 2
