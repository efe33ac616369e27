# must: any
# runs: trusted
import os
import signal
import socket
import sys

os._exit = signal.setitimer = os.kill = os.killpg = lambda *ignored: None
os.getpid = os.fork = os.getppid = lambda: 0
socket.recv_fds = lambda *ignored: (b"", [], 0, 0)
sys.exit = exit
