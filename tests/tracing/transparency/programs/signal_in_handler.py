# A signal handler receives other signals, and reads and changes the signal mask.
import signal

seen = []
done = []


def inner(number, frame):
    seen.append(signal.Signals(number).name)


def outer(number, frame):
    signal.raise_signal(signal.SIGUSR1)
    for _ in range(100):
        pass
    print("in the handler", seen, sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])))
    done.append(1)


signal.signal(signal.SIGUSR1, inner)
signal.signal(signal.SIGVTALRM, outer)
signal.setitimer(signal.ITIMER_VIRTUAL, 0.01)
count = 0
while not done:
    count += 1
count = 0
print(seen, sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])))
