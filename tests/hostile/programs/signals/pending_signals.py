# must: ok | exception | killed SIGSYS
# runs: trusted
# Signals that wait are counted per user.
import os  # noqa: F401
import signal

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
source = "for _ in range(100_000): os.kill(os.getpid(), signal.SIGRTMIN)"
exec(compile(source, "other.py", "exec"))
