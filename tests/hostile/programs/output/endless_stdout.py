# must: output_limit output
# prints: xxxxxxxxxx
# runs: trusted
while True:
    print("x" * 1000)
