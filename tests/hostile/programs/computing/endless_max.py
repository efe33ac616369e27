# must: timeout
# runs: trusted
import itertools

print("early", flush=True)
max(itertools.count())
