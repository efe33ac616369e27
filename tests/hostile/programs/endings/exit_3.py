# must: killed exit code 3 before the end
# runs: trusted
import os

os._exit(3)
