# must: ok
# stdout: []
# A program gets its three streams and nothing else.
import os


def is_open(fd):
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


found = []
exec(compile("found += filter(is_open, range(3, 200))", "other.py", "exec"))
print(found)
