# must: ok
# runs: trusted
class Evil:
    def __bool__(self):
        raise ValueError("the truth of this is ambiguous")

    def __eq__(self, other):
        return self

    def __hash__(self):
        return 1


x = Evil()
x = {Evil(): Evil()}
