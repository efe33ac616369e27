# must: any
# runs: trusted
import threading


def write():
    while True:
        print("x", end="")


threading.Thread(target=write, daemon=True).start()
