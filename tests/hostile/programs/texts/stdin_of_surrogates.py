# must: ok | exception UnicodeDecodeError
# stdin: \udcff\n\ud800
# runs: trusted
import sys

print(len(sys.stdin.buffer.read()))
