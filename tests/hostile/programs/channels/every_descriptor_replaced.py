# must: any
# runs: trusted
import os

reader, writer = os.pipe()
for fd in range(64):
    if fd not in (reader, writer):
        os.dup2(reader, fd)
print("into a pipe that nobody reads")
