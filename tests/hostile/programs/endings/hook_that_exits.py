# must: killed exit code 6 before the end | exception ValueError
# runs: trusted
import os
import sys

sys.excepthook = lambda *ignored: os._exit(6)
raise ValueError
