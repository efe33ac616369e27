# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import os
import sys

try:
    fd = os.open(os.path.realpath(sys.executable), os.O_RDONLY)
    os.set_inheritable(fd, True)
    os.execve(fd, ["python", "-c", "print('executed')"], {})
except OSError:
    print("refused")
