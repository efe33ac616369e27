T = {
 'rect': lambda w, h: (w * h, 2 * w + 2 * h),
 'square': lambda a: T['rect'](a, a),
 'frame': lambda w, h, t: (T['rect'](w, h)[0] - T['rect'](w - 2*t, h - 2*t)[0], 4 * (w + h) - 8 * t),
}
s = 0
for k, *v in map(str.split, open(0)):
 a, p = T[k](*map(int, v))
 s += a
 print(k, 'area', a, 'perimeter', p)
print('total', s)
