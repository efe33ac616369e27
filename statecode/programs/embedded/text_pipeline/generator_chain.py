import sys


def words_of(lines):
    for line in lines:
        yield line.split()


def long_enough(rows):
    for row in rows:
        if any(not word.isalpha() for word in row):
            raise ValueError("a word with a strange character")
        yield [word for word in row if len(word) > 2]


def joined(rows):
    for row in rows:
        yield "-".join(sorted(row))


def numbered(texts):
    for number, text in enumerate(texts, 1):
        yield f"{number}: {text}"


stages = words_of, long_enough, joined, numbered
stream = sys.stdin
for stage in stages:
    stream = stage(stream)
for text in list(stream):
    print(text)
