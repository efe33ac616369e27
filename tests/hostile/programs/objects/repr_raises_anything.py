# must: any
# runs: trusted
class Evil:
    def __repr__(self):
        raise BaseException


x = Evil()
print(1)
