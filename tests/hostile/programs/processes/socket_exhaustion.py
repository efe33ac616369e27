# must: exception OSError
# runs: trusted
import itertools
import socket

kept = list(itertools.starmap(socket.socketpair, itertools.repeat(())))
