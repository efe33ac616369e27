# A signal handler of the program runs between its lines and sees the frame that was interrupted.
import signal

seen = []


def handler(number, frame):
    seen.append((frame.f_code.co_name, sorted(k for k in frame.f_locals if len(k) == 1)))


old = signal.signal(signal.SIGINT, handler)


def work(n):
    a = n
    signal.raise_signal(signal.SIGINT)
    b = a
    return b


print(work(1), seen)
signal.signal(signal.SIGINT, signal.default_int_handler)


def interrupted():
    value = []
    try:
        value.append(1)
        signal.raise_signal(signal.SIGINT)
        value.append(2)
    except KeyboardInterrupt:
        value.append("interrupted")
    finally:
        value.append("finally")
    return value


print(interrupted())
print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)


class Stop(Exception):
    pass


def stop(number, frame):
    raise Stop(frame.f_code.co_name)


signal.signal(signal.SIGINT, stop)


def stopped():
    held = [1]
    signal.raise_signal(signal.SIGINT)
    return held


try:
    stopped()
except Stop as error:
    print("Stop", error)
