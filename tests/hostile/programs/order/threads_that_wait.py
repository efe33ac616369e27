# must: ok
# runs: trusted
# twice: marked
import threading
import time

lines = []


def work(name):
    for number in range(3):
        lines.append(f"{name}{number}")
        time.sleep(0)


threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(*sorted(lines))
