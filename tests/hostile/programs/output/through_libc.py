# must: output_limit output
# runs: trusted
import ctypes

libc = ctypes.CDLL(None)
for _ in range(200):
    libc.puts(b"x" * 1000)
    libc.fflush(None)
