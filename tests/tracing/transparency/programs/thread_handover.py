# Two threads that hand values over, with locks and conditions, in a fixed order.
import queue
import threading

requests, replies = queue.Queue(), queue.Queue()


class Item:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        print("del", self.n)


def server():
    while True:
        item = requests.get()
        if item is None:
            break
        n = item.n
        item = None
        replies.put(n * 2)


thread = threading.Thread(target=server)
thread.start()
for n in range(3):
    requests.put(Item(n))
    print(replies.get())
requests.put(None)
thread.join()
print("end")
