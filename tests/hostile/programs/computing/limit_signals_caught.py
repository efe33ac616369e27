# must: timeout
# runs: trusted
import signal

for number in (signal.SIGPROF, signal.SIGXCPU, signal.SIGALRM, signal.SIGTERM):
    signal.signal(number, print)
while True: pass  # noqa: E701
