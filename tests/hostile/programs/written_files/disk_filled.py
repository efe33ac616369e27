# must: ok
# files: {}
# stdout: bounded
written = 0
try:
    for number in range(500):
        with open(f"file{number}", "wb") as file:
            written += file.write(bytes(100_000))
except OSError:
    pass
print("bounded" if written < 12 * 2**20 else written)
