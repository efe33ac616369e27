# must: any
# runs: trusted
import warnings

warnings.warn = warnings._showwarnmsg = warnings.showwarning = lambda *ignored, **also_ignored: 1 / 0
x = 1
