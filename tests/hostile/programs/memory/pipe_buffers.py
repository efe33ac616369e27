# must: ok | exception
# runs: trusted
import os


def fill():
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    os.write(writer, bytes(2**20))


count = 0
try:
    for count in range(200):
        fill()
except OSError:
    pass
print("bounded")
