# must: ok | killed SIGSYS
# stdout: refused
# Such files count against no address space.
import os

try:
    fd = os.memfd_create("hostile")
    os.write(fd, b"x" * 1000)
    print("made")
except OSError:
    print("refused")
