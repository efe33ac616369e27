# must: output_limit output
# prints: xxxxxxxxxx
# recorded: done = 0
# runs: trusted
import os

data = b"x" * 10**8
done = 0
while done < len(data):
    done += os.write(1, data[done:])
