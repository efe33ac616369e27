# must: event_limit events
# recorded: i = 500
# runs: trusted
total = 0
for i in range(10**7):
    total += i
print(total)
