# must: ok | exception
# recorded: x = 1
# runs: trusted
import sys

sys.stdin.close()
sys.stdout.close()
sys.stderr.close()
x = 1
y = 2
