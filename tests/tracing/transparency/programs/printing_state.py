# stdout replaced, redirected, closed and restored by the program.
import contextlib
import io
import sys

buffer = io.StringIO()
with contextlib.redirect_stdout(buffer):
    print("hidden")
    x = 1
    y = [x]
print("shown", repr(buffer.getvalue()))


class Tee:
    def __init__(self, stream):
        self.stream, self.count = stream, 0

    def write(self, text):
        self.count += 1
        return self.stream.write(text)

    def flush(self):
        self.stream.flush()


original = sys.stdout
sys.stdout = tee = Tee(original)
print("through", "the tee")
z = tee
sys.stdout = original
print(tee.count)
with contextlib.redirect_stderr(sys.stdout):
    print("to stderr", file=sys.stderr)
print("no newline", end="")
sys.stdout.flush()
print(flush=True)
sys.stdout.buffer.write(b"bytes\n")
sys.stdout.buffer.flush()
print("é", ascii("é"), file=sys.stderr)
a = b = sys.stdout
print(sys.stdout is sys.__stdout__, sys.stdout.encoding)
sys.stdout = None
print("nowhere")
c = 1
sys.stdout = original
print("back")
