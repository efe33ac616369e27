# must: ok
# prints: \\xff
# runs: trusted
import sys

sys.stdout.buffer.write(bytes(range(256)) * 3)
