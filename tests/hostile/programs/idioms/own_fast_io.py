# must: ok
# stdin: 4\n
# stdout: 16\n17
# runs: trusted
import io
import os
import sys

source = io.BytesIO(os.read(0, os.fstat(0).st_size))
target = io.BytesIO()
n = int(source.readline())
target.write(b"%d\n" % n**2)
sys.stdout = io.StringIO()
print(n**2 + 1)
os.write(1, target.getvalue() + sys.stdout.getvalue().encode())
