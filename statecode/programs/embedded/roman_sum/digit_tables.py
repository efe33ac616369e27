import re
U = ['', 'I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX']
T, H = ([u.translate(str.maketrans('IVX', to)) for u in U] for to in ('XLC', 'CDM'))
R = re.compile('(M*)(C[MD]|D?C*)(X[CL]|L?X*)(I[XV]|V?I*)$')
def num(w):
 m, *rest = R.match(w).groups()
 h, t, u = (table.index(g) for table, g in zip((H, T, U), rest))
 return 1000 * len(m) + 100 * h + 10 * t + u
try:
 while 1:
  q, u = divmod(sum(map(num, input().split())), 10)
  q, t = divmod(q, 10)
  m, h = divmod(q, 10)
  print('M' * m + H[h] + T[t] + U[u])
except EOFError:
 pass
