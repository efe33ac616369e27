# must: ok
# stdout:
# runs: trusted
import sys

sys.stdout = sys.stderr = None
print("nowhere")
x = 1
