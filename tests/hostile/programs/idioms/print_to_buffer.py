# must: ok
# stdout: 1 2
# runs: trusted
import sys

sys.stdout.buffer.write(b"1 ")
sys.stdout.flush()
print(2)
