# must: event_limit trace_bytes
# runs: trusted


def work():
    n = 0
    while True:
        n += 1
        a = b = c = d = e = f = g = h = i = j = [str(n) * 30] * 5
        k = m = o = p = q = r = s = t = u = v = [a, b, c, d, e, f, g, h, i, j][:1]
        w = [k, m, o, p, q, r, s, t, u, v, n]
        w.clear()


work()
