# must: ok
# files: {}
# stdout: ended
# These names must neither break the record nor lead out of the folder.
import os

for name in (b"line\nbreak", b"..x", b"...", b"-rf", b"*", b"\xff\xfe", b"\x1b[31m", b"n" * 255, b'"', b"a\\b", b"\r", b" "):
    try:
        with open(name, "wb") as file:
            file.write(name)
    except OSError:
        pass
for name in ("..", ".", "", "a/b", "n" * 256):
    try:
        open(name, "w")
        print("done", name)
    except (OSError, ValueError):
        pass
print("ended")
