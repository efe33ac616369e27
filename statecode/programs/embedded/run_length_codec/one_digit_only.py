import sys

for line in sys.stdin:
    mode, s = line.split()
    result = ""
    if mode == "E":
        i = 0
        while i < len(s):
            j = i
            while j < len(s) and s[j] == s[i]:
                j += 1
            if j - i > 1:
                result += str(j - i)
            result += s[i]
            i = j
    else:
        times = 1
        for ch in s + "$":
            if ch.isdigit():
                times = int(ch)
            elif ch.isalpha():
                result += ch * times
                times = 1
            elif ch != "$" or times != 1:
                raise ValueError(s)
    print(result)
