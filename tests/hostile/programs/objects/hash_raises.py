# must: ok
# runs: trusted
class Evil:
    def __hash__(self):
        raise SystemExit


x = Evil()
