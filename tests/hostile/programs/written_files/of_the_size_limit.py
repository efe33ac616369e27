# must: ok
# files: {}
# stdout: ended
# Together these files are larger than what is read back; most of them are sparse.
try:
    with open("whole", "wb") as file:
        file.write(bytes(100_000))
    for number in range(200):
        with open(f"sparse{number}", "wb") as file:
            file.truncate(100_000)
except OSError:
    pass
print("ended")
