# must: timeout wall
# runs: trusted
import time


class Evil:
    def __repr__(self):
        time.sleep(60)


x = Evil()
print(1)
