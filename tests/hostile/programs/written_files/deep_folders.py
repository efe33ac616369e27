# must: exception PermissionError | exception OSError
# files: {}
# Folders could be nested deeper than a path can be long, so that they are hard to remove.
import os

for depth in range(5_000):
    os.mkdir("d")
    os.chdir("d")
