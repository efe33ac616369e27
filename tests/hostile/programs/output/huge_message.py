# must: output_limit output
# complains: ValueError
# runs: trusted
raise ValueError("x" * 10**6)
