# must: any
# runs: trusted
import fcntl

for fd in (0, 1, 2):
    try:
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
    except OSError:
        pass
print("x")
