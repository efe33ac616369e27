"""Each stage is a thread with a queue on either side; one stage ends before the next begins."""
from queue import SimpleQueue
from threading import Thread
import sys

DONE = object()


class Stage:
    def __init__(self, work, source):
        self.work, self.source, self.sink, self.failure = work, source, SimpleQueue(), None

    def run(self):
        try:
            while (item := self.source.get()) is not DONE:
                self.sink.put(self.work(item))
        except ValueError as error:
            self.failure = error
        finally:
            self.sink.put(DONE)


def check(words):
    for word in words:
        if not word.isalpha():
            raise ValueError(word)
    return words


queue = SimpleQueue()
for line in sys.stdin.read().splitlines():
    queue.put(line)
queue.put(DONE)
for work in (str.split, check, lambda words: sorted(w for w in words if len(w) >= 3), "-".join):
    stage = Stage(work, queue)
    thread = Thread(target=stage.run)
    thread.start(); thread.join()
    if stage.failure:
        raise RuntimeError("a stage failed") from stage.failure
    queue = stage.sink
number = 1
while (text := queue.get()) is not DONE:
    print(number, text, sep=": ")
    number += 1
