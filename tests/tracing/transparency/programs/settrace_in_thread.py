# threading.settrace and a tracer of the program in a thread of its own.
import sys
import threading

events = []


def tracer(frame, event, arg):
    if frame.f_code.co_name == "target":
        events.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
        return tracer
    return None


def target(n):
    total = n
    total += 1
    return total


def in_thread():
    sys.settrace(tracer)
    target(1)
    sys.settrace(None)


thread = threading.Thread(target=in_thread)
thread.start()
thread.join()
print(events)
events.clear()
target(2)
print(events)
threading.settrace(tracer)
thread = threading.Thread(target=target, args=(3,))
thread.start()
thread.join()
threading.settrace(None)
print(events)
