# must: ok
# stdout: 1\n2
# runs: trusted
import atexit

lines = ["1"]
atexit.register(lambda: print("\n".join(lines)))
lines.append("2")
