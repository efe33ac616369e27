# must: killed SIGSEGV
# runs: trusted
import ctypes


class Evil:
    def __repr__(self):
        return ctypes.string_at(0)


x = Evil()
