# must: memory | exception
# runs: trusted
print("%*d" % (10**9, 1))
