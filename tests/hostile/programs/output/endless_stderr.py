# must: output_limit output
# complains: xxxxxxxxxx
# runs: trusted
import sys

while True:
    print("x" * 1000, file=sys.stderr)
