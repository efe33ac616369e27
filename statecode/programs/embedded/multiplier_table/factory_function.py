def multiplier(factor):
    def multiply(x):
        return x * factor
    return multiply


def main():
    functions = []
    for word in input().split():
        functions.append(multiplier(int(word)))
    for word in input().split():
        results = (function(int(word)) for function in functions)
        print(*results)


main()
