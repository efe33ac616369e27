# must: output_limit output | exception PermissionError | exception OSError
# files: {}
with open("large", "wb") as file:
    for _ in range(200):
        file.write(bytes(1_000))
        file.flush()
