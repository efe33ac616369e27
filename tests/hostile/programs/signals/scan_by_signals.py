# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
# How many processes can be seen: a program may see itself.
import os  # noqa: F401

source = '''
def exists(pid):
    try:
        os.kill(pid, 0)
    except PermissionError:
        return not refused
    except OSError:
        return False
    return pid != os.getpid()
try:
    os.kill(2**22 + 1, 0)
except PermissionError:
    refused = True  # it says so of numbers, too, that no process has
except OSError:
    refused = False
found = sum(map(exists, range(1, 20_000)))
'''
exec(compile(source, "other.py", "exec"))
print("found" if found else "refused")  # noqa: F821
