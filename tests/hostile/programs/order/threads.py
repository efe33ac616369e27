# must: ok
# runs: trusted
# twice: same
import threading

lines = []


def work(name):
    for number in range(5):
        lines.append(f"{name}{number}")


threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(*lines)
