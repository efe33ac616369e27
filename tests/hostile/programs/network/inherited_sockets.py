# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# The warm process talks to the supervisor over one.
import os  # noqa: F401
import socket  # noqa: F401

sent = []
source = '''
for fd in range(3, 1024):
    try:
        socket.socket(fileno=os.dup(fd)).send(b"hostile")
        sent.append(fd)
    except OSError:
        pass
'''
exec(compile(source, "other.py", "exec"))
print(f"sent over {sent}" if sent else "refused")
