# must: killed SIGTERM
# stdout: early
# runs: trusted
import signal

print("early", flush=True)
signal.raise_signal(signal.SIGTERM)
