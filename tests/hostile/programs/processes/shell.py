# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import os

print("ran" if os.system("exit 7") == 7 << 8 else "refused")
