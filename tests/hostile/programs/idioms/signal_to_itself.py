# must: ok
# stdout: 10 12
# runs: trusted
import os
import signal
import threading

seen = []
signal.signal(signal.SIGUSR1, lambda number, frame: seen.append(number))
signal.signal(signal.SIGUSR2, lambda number, frame: seen.append(number))
os.kill(os.getpid(), signal.SIGUSR1)
signal.pthread_kill(threading.get_ident(), signal.SIGUSR2)
print(*seen)
