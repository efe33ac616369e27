# must: memory
# runs: trusted
text = "x" * 10**11
