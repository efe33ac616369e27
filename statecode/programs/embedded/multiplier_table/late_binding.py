functions = []
for factor in map(int, input().split()):
    functions.append(lambda x: factor * x)

for number in input().split():
    print(" ".join(str(function(int(number))) for function in functions))
