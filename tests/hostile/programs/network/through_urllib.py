# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import json
import sys
import urllib.request

world = json.load(sys.stdin)
try:
    urllib.request.urlopen(f"http://127.0.0.1:{world['tcp']}/", timeout=0.3).close()
    print("done")
except OSError:
    print("refused")
