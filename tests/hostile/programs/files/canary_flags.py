# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# The flag that keeps a file's access time.
import fcntl
import json
import os
import struct
import sys

world = json.load(sys.stdin)
try:
    fd = os.open(world["canary"], os.O_RDONLY)
    fcntl.ioctl(fd, 0x40086602, struct.pack("l", 0x80))
    print("done")
except OSError:
    print("refused")
