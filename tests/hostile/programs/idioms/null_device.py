# must: ok
# stdout: b''
# runs: trusted
import os

with open(os.devnull, "w") as file:
    print("nothing", file=file)
with open(os.devnull, "rb") as file:
    print(file.read())
