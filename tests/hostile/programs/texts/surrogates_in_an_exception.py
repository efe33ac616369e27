# must: exception ValueError
# complains: ValueError
# runs: trusted
raise ValueError("\ud800\x00\udfff")
