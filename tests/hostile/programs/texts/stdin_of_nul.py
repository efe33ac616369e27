# must: ok
# stdin: \x00\x1a\r\n\x00
# stdout: 5
# runs: trusted
import sys

print(len(sys.stdin.buffer.read()))
