# must: ok
# prints: 1\n
# runs: trusted
class Evil:
    def __repr__(self):
        print("from repr")
        return "evil"


x = Evil()
print(1)
