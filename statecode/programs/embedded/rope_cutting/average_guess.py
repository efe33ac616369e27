k = int(input())
ropes = list(map(int, input().split()))
length, rest = divmod(sum(ropes), k)
if length == 0:
    raise ArithmeticError("only %d left" % rest)
print(length)
