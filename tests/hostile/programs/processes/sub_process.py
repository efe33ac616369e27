# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import subprocess

try:
    subprocess.run(["/bin/sleep", "0"], check=True)
    print("ran")
except (OSError, subprocess.SubprocessError):
    print("refused")
