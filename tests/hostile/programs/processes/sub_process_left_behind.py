# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import subprocess

try:
    subprocess.Popen(["/bin/sleep", "60"], start_new_session=True)
    print("started")
except (OSError, subprocess.SubprocessError):
    print("refused")
