# How often does each roll count? Once, and once more for each strike or spare before it.
for l in open(0):
 r=[*map(int,l.split())];w=[0]*(len(r)+3);i=0
 for _ in"x"*10:
  n=1 if r[i]==10 else 2
  for j in range(3 if sum(r[i:i+n])==10 else 2):w[i+j]+=1
  i+=n
 if w[len(r)]or i>len(r):raise EOFError("unfinished game")
 print(sum(a*b for a,b in zip(r,w)))
