# must: timeout wall | exception PermissionError
# runs: trusted
import os

reader, writer = os.pipe()
os.read(reader, 1)
