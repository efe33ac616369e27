from queue import Queue
from threading import Thread

tasks, results = Queue(), Queue()


def square(n):
    return n * n


def work():
    # map and any pull from the queue and push to the other; None ends it
    any(map(results.put, map(square, iter(tasks.get, None))))


worker = Thread(target=work)
total = 0
numbers = [int(word) for word in input().split()]
tasks.put(numbers[0]); worker.start(); first = results.get()
for square_value in [first] + [(tasks.put(n), results.get())[1] for n in numbers[1:]]:
    print(square_value)
    total += square_value
tasks.put(None); worker.join()
print(total)
