# vars() without an argument is locals(), and it is edited.
def run():
    a = 1
    scope = vars()
    scope["a"] = 2
    b = 3
    print(sorted(scope), scope["a"], a)
    return "%(a)s %(b)s" % vars()


print(run())


class Box:
    def __init__(self, **attributes):
        vars(self).update(attributes)
        self.more = 1
        print(sorted(vars(self)))

    def edit(self):
        scope = vars(self)
        scope["more"] = 2
        scope.pop("x")
        return sorted(scope.items())


print(Box(x=1, y=2).edit())
