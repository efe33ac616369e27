# must: exception SystemExit
# runs: trusted
raise SystemExit(2**70)
