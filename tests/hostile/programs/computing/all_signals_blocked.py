# must: timeout
# runs: trusted
import signal

signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
while True: pass  # noqa: E701
