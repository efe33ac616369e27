# must: exception SystemExit
# stdout: at last
# runs: trusted
import sys

try:
    1 / 0
finally:
    print("at last")
    sys.exit(4)
