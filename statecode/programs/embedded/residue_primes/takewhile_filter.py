from itertools import count, takewhile
k,r,m=map(int,input().split())
isp=lambda n:n>1 and all(n%d for d in takewhile(lambda d:d*d<=n,count(2)))
it=filter(isp,count(r,m))
print(*(next(it)for _ in range(k)))
