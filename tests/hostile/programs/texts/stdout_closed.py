# must: exception ValueError
# runs: trusted
import sys

sys.stdout.close()
print("nowhere")
