# must: ok
# files: {}
# stdout: bounded
# The number of files is bounded, because an inode takes memory of the kernel that no other limit counts.
import os

made = 0
try:
    while made < 5_000:
        os.close(os.open(f"file{made}", os.O_CREAT | os.O_WRONLY))
        made += 1
except OSError:
    pass
print("bounded" if made < 300 else made)
