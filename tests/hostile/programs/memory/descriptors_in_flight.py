# must: ok | killed SIGSYS
# stdout: bounded
# runs: trusted
# Descriptors on their way in a message are open, yet in no table of descriptors.
import array
import os
import socket

left, right = socket.socketpair()
left.setblocking(False)
try:
    for _ in range(600):
        fds = os.pipe()
        left.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))])
        os.closerange(fds[0], fds[1] + 1)
except OSError:
    pass
print("bounded")
