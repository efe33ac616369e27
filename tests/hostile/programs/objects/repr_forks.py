# must: any
# runs: weakened
import os


class Evil:
    def __repr__(self):
        try:
            if os.fork() == 0:
                os._exit(0)
            return "forked"
        except OSError:
            return "refused"


x = Evil()
