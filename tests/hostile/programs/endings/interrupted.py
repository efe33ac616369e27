# must: exception KeyboardInterrupt
# runs: trusted
raise KeyboardInterrupt
