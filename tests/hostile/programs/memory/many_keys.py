# must: memory | timeout
# runs: trusted
table = dict.fromkeys(range(10**9))
