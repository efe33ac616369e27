# must: timeout | event_limit | exception PermissionError | exception OSError
# files: {}
# A thread writes while the limit ends the program; nothing may be left for the next one.
import mmap
import threading

file = open("mapped", "w+b")
file.truncate(65_536)
view = mmap.mmap(file.fileno(), 65_536)


def write():
    while True:
        view[:] = b"x" * len(view)


threading.Thread(target=write).start()
while True:
    with open("again", "w") as other:
        other.write("x" * 1_000)
