# must: ok
# stdout: b'abc'
# runs: trusted
import mmap

with mmap.mmap(-1, 100) as area:
    area.write(b"abc")
    print(area[:3])
