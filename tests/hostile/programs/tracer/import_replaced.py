# must: any
# runs: trusted
import builtins


def refuse(*ignored, **also_ignored):
    raise SystemExit


builtins.__import__ = refuse
x = 1
