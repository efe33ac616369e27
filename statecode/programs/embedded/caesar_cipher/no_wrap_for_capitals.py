k = int(input()) % 26
try:
    while 1:
        s = ''
        for c in input():
            if c.islower():
                c = chr((ord(c) - 97 + k) % 26 + 97)
            elif c.isupper():
                c = chr(ord(c) + k)
            s += c
        print(s)
except EOFError:
    pass
