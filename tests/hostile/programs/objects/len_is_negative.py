# must: ok
# runs: trusted
class Evil(list):
    def __len__(self):
        return -1


x = Evil([1, 2])
