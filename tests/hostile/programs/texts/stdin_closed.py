# must: exception ValueError
# runs: trusted
import sys

sys.stdin.close()
input()
