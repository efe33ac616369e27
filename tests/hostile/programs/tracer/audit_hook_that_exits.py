# must: killed | ok
# runs: trusted
import os
import sys

sys.addaudithook(lambda event, arguments: os._exit(8) if event == "open" else None)
x = 1
open("/dev/null")
