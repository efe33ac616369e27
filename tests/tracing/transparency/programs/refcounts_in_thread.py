# Reference counts of the arguments of the first call in a thread, and the time at which they are released.
import sys
import threading


class Released:
    def __del__(self):
        print("released")


class Worker(threading.Thread):
    def run(self, item=Released(), items=[]):
        print(sys.getrefcount(item), sys.getrefcount(items), sys.getrefcount(self))
        Worker.run.__defaults__ = ()
        item = None
        print("after", sorted(locals()))


thread = Worker()
thread.start()
thread.join()
print("end")
