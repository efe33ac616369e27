# must: exception SystemExit
# complains: the reason
# runs: trusted
raise SystemExit("the reason")
