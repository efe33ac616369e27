# must: ok
# files: {}
# stdout: ended
# The files of this program must be read back and removed all the same.
import os

for number in range(50):
    try:
        fd = os.open(f"file{number}", os.O_CREAT | os.O_WRONLY, 0)
        os.write(fd, b"text")
        os.close(fd)
    except OSError:
        pass
os.umask(0o777)
try:
    open("another", "w").close()
except OSError:
    pass
print("ended")
