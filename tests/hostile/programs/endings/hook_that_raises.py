# must: exception ValueError
# runs: trusted
import sys

sys.excepthook = len
raise ValueError
