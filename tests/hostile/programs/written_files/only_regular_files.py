# must: ok
# files: {"input": "text"}
# stdout: refused refused refused refused refused refused refused
import os
import socket
import stat

folder = os.open(".", os.O_RDONLY)
attempts = [
    lambda: os.symlink("/etc/passwd", "symlink"),
    lambda: os.link("input", "hard_link"),
    lambda: os.mkfifo("fifo"),
    lambda: os.mknod("device", stat.S_IFCHR | 0o666, os.makedev(1, 3)),
    lambda: socket.socket(socket.AF_UNIX).bind("socket"),
    lambda: os.mkdir("folder"),
    lambda: os.mkdir("folder", dir_fd=folder),
]


def outcome(attempt):
    try:
        attempt()
        return "done"
    except OSError:
        return "refused"


print(*map(outcome, attempts))
