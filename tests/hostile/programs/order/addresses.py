# must: ok
# runs: trusted
# twice: same
things = [object(), [], print, type("Thing", (), {})()]
print(sorted(range(4), key=lambda number: id(things[number])))
