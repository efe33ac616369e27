import sys
areas = {}
def shape(f):
    areas[f.__name__] = f
    return f
@shape
def square(s): return s * s
@shape
def rect(w, h): return w * h
@shape
def tri(a, b): return a * b / 2
for line in sys.stdin:
    name, *args = line.split()
    if name not in areas: sys.exit(name + '?')
    print(format(areas[name](*[int(x) for x in args]), 'g'))
print('known:', ' '.join(sorted(areas)))
