class Step:
    def __init__(self, function):
        self.function = function

    def __or__(self, after):
        return Step(lambda x: after.function(self.function(x)))

    def __ror__(self, value):
        return self.function(value)


def parse(text):
    name, _, arg = text.strip().partition(" ")
    if name == "neg":
        return Step(int.__neg__)
    return Step(getattr(int(arg), {"add": "__add__", "mul": "__mul__"}[name]))


steps = input().split(",")
whole = parse(steps[0])
for text in steps[1:]:
    whole = whole | parse(text)
print(*(int(x) | whole for x in input().split()))    # int has no idea of |, so __ror__ answers
