# must: exception TypeError
# runs: trusted
raise 7
