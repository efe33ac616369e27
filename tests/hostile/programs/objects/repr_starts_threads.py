# must: ok | event_limit | exception
# runs: trusted
import threading


class Evil:
    def __repr__(self):
        threading.Thread(target=print).start()
        return "evil"


x = Evil()
y = 1
