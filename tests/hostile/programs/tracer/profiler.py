# must: ok
# stdout: 6
# runs: trusted
import sys

seen = []
sys.setprofile(lambda frame, event, arg: seen.append(event))
total = sum((1, 2, 3))
sys.setprofile(None)
print(total)
