# An exception that ends a thread: its text on stderr.
import threading


def work(n):
    local = [n]
    return local[n]


thread = threading.Thread(target=work, args=(1,), name="failing")
thread.start()
thread.join()
print("joined")
