# must: ok
# stdout: a\x00b
# runs: trusted
print("a\x00b")
