import sys

worth = dict(zip("IVXLCDM", (1, 5, 10, 50, 100, 500, 1000)))

for line in sys.stdin:
    n = sum(worth[c] for c in line if c in worth or not c.isspace())
    result = ""
    for letter in "MDCLXVI":
        while n >= worth[letter]:
            result = result + letter
            n = n - worth[letter]
    print(result)
