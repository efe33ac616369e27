# must: killed exit code 5 before the end
# runs: trusted
import os


class Evil:
    def __repr__(self):
        os._exit(5)


x = Evil()
print(1)
