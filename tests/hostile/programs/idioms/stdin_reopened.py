# must: ok
# stdin: 5\n
# stdout: 25
# runs: trusted
import sys

sys.stdin = open(0, closefd=False)
n = int(input())
sys.stdout.write(f"{n * n}\n")
