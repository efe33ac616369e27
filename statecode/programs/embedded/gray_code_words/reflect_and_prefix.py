def gray(n):
    if n == 0:
        return [""]
    shorter = gray(n - 1)
    return ["0" + w for w in shorter] + ["1" + w for w in reversed(shorter)]


words = gray(int(input()))
for word, after in zip(words, words[1:]):
    position = [a != b for a, b in zip(word[::-1], after[::-1])].index(True)
    print(word, position)
print((words[-1] + " -").strip())
