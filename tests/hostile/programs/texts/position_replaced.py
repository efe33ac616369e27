# must: any
# runs: trusted
import sys

sys.stdout.buffer.raw.seek(10)
print("x", flush=True)
sys.stdout.buffer.seek(0)
y = 1
