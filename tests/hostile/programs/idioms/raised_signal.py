# must: ok
# stdout: interrupted
# runs: trusted
import signal

try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    print("interrupted")
