# must: killed exit code 9 before the end | ok
# runs: trusted
import os


class Last:
    def __del__(self, exit=os._exit):
        exit(9)


last = Last()
