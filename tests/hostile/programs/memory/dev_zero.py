# must: exception PermissionError | exception FileNotFoundError | memory
# runs: trusted
with open("/dev/zero", "rb") as file:
    file.read()
