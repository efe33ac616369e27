# must: ok | exception | killed SIGSYS
# lacks: 42
# runs: weakened
import os

print(os.popen("echo 42").read())
