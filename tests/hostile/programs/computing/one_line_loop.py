# must: timeout
# recorded: x = 1
# runs: trusted
x = 1
while True: pass  # noqa: E701
