# Threads: thread-local values, names bound in run of a Thread subclass, locals() in run, values released at the end.
import threading
import weakref

local = threading.local()
local.value = "main"


class Value:
    def __del__(self):
        print("del")


class Worker(threading.Thread):
    def __init__(self, n):
        super().__init__(name=f"worker-{n}")
        self.n = n

    def run(self):
        print(hasattr(local, "value"))
        local.value = Value()
        a = self.n
        scope = locals()
        scope["b"] = 2
        b = a + 1
        print(sorted(scope), threading.current_thread().name, b)
        self.result = sorted(vars(self).keys() & {"n", "result"})


for n in range(2):
    worker = Worker(n)
    worker.start()
    worker.join()
    print(worker.result, local.value)


def with_result(found):
    value = Value()
    found.append(weakref.ref(value))
    found.append(value is not None)
    value = None
    found.append(found[0]() is None)


found = []
thread = threading.Thread(target=with_result, args=(found,))
thread.start()
thread.join()
print(found[1:])


def failing():
    held = Value()
    raise ValueError("in a thread")


seen = []
threading.excepthook = lambda args: seen.append((args.exc_type.__name__, str(args.exc_value)))
thread = threading.Thread(target=failing)
thread.start()
thread.join()
print(seen, threading.active_count())
