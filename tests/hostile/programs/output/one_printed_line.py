# must: output_limit output
# prints: xxxxxxxxxx
# runs: trusted
print("x" * 30_000_000)
