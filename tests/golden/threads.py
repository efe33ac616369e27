import threading

results = {}


def work(name, n):
    results[name] = sum(range(n))


for name in "ab":
    thread = threading.Thread(target=work, args=(name, 3), name="worker " + name)
    thread.start()
    thread.join()
print(sorted(results.items()))
