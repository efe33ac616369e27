def anagrams(a, b):
    letters = list(b)
    for ch in a:
        if ch not in letters:
            return False
        letters.remove(ch)
    return not letters

rows = []
for word in input().split():
    if word != word.lower(): 1 / 0
    for row in rows:
        if anagrams(word, row[0]):
            row.append(word)
            break
    else:
        rows.append([word])
rows.sort(key=lambda row: -len(row))
for row in rows: print(*row)
