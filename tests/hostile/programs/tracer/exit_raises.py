# must: any
# runs: trusted
import os


def refuse(code):
    raise SystemExit(code)


os._exit = refuse
