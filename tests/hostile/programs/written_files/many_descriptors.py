# must: ok
# files: {}
# stdout: ended
# Unnamed files and files without a name take inodes while they are open.
import os

open_files = []
try:
    for number in range(400):
        open_files.append(os.open(".", os.O_TMPFILE | os.O_WRONLY, 0o600))
except OSError:
    pass
try:
    for number in range(400):
        open_files.append(os.open("same", os.O_CREAT | os.O_WRONLY))
        os.unlink("same")
except OSError:
    pass
print("ended")
