# must: ok | killed SIGSYS
# stdout: refused
# runs: weakened
import http.server
import json
import sys

world = json.load(sys.stdin)
try:
    http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    print("done")
except OSError:
    print("refused")
