# must: ok | exception
# recorded: x = 1
# runs: trusted
import os

x = 1
os.closerange(0, 4096)
y = 2
