# must: any
# runs: trusted
with open("/proc/self/mem", "r+b", buffering=0) as file:
    file.seek(id(0))
    file.write(bytes(64))
print(0)
