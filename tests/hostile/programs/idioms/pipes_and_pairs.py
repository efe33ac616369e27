# must: ok
# stdout: b'through a pipe' b'through a pair'
# runs: trusted
import os
import selectors
import socket

reader, writer = os.pipe()
os.write(writer, b"through a pipe")
left, right = socket.socketpair()
left.sendall(b"through a pair")
with selectors.DefaultSelector() as selector:
    selector.register(right, selectors.EVENT_READ)
    selector.select(1)
print(os.read(reader, 99), right.recv(99))
