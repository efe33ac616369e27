# must: timeout wall | exception
# runs: trusted
import signal

signal.sigwait([signal.SIGUSR1])
