"""The names and texts of generated programs."""

from __future__ import annotations

from typing import NamedTuple


class NumberList(NamedTuple):
    """The names of a list of integers and of one of its items, with the usual range of the items."""

    plural: str
    singular: str
    low: int
    high: int


class WordList(NamedTuple):
    """The names of a list of strings and of one of its items, with possible items."""

    plural: str
    singular: str
    words: tuple[str, ...]


NUMBER_LISTS = (
    NumberList("numbers", "number", -20, 60),
    NumberList("numbers", "n", -9, 30),
    NumberList("nums", "num", -10, 40),
    NumberList("values", "value", -30, 99),
    NumberList("values", "v", 0, 25),
    NumberList("scores", "score", 0, 100),
    NumberList("prices", "price", 1, 60),
    NumberList("ages", "age", 3, 80),
    NumberList("marks", "mark", 1, 20),
    NumberList("temperatures", "temperature", -12, 35),
    NumberList("temps", "t", -8, 31),
    NumberList("data", "x", -15, 50),
    NumberList("heights", "height", 120, 200),
    NumberList("weights", "weight", 1, 90),
    NumberList("points", "p", 0, 40),
    NumberList("distances", "distance", 2, 500),
    NumberList("amounts", "amount", -50, 150),
    NumberList("steps", "step", 1, 12),
    NumberList("orders", "order", 1, 40),
    NumberList("readings", "reading", -5, 45),
    NumberList("items", "item", 0, 15),
    NumberList("sales", "sale", 0, 900),
    NumberList("xs", "x", -9, 20),
    NumberList("lengths", "length", 1, 30),
)

WORD_LISTS = (
    WordList(
        "fruits", "fruit", ("apple", "banana", "cherry", "fig", "grape", "kiwi", "lemon", "mango", "pear", "plum")
    ),
    WordList(
        "names",
        "name",
        (
            "Ada",
            "Ben",
            "Chloe",
            "David",
            "Emma",
            "Finn",
            "Grace",
            "Hugo",
            "Ivy",
            "Jonas",
            "Kim",
            "Lena",
            "Maria",
            "Noah",
            "Olga",
            "Paul",
            "Rita",
            "Sam",
            "Tina",
            "Zoe",
        ),
    ),
    WordList(
        "colors", "color", ("red", "green", "blue", "yellow", "black", "white", "orange", "purple", "brown", "pink")
    ),
    WordList(
        "animals", "animal", ("cat", "dog", "horse", "mouse", "otter", "panda", "rabbit", "snake", "tiger", "wolf")
    ),
    WordList(
        "cities", "city", ("Berlin", "Cairo", "Delhi", "Lima", "London", "Oslo", "Paris", "Rome", "Tokyo", "Vienna")
    ),
    WordList(
        "words",
        "word",
        (
            "level",
            "python",
            "noon",
            "code",
            "river",
            "radar",
            "stone",
            "tree",
            "banana",
            "loop",
            "kayak",
            "data",
            "list",
            "civic",
            "moon",
            "window",
            "paper",
            "a",
            "to",
            "key",
            "letter",
            "book",
            "sun",
            "eye",
            "program",
        ),
    ),
    WordList("words", "w", ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "zero")),
    WordList("tags", "tag", ("new", "sale", "python", "draft", "todo", "done", "urgent", "home", "work", "idea")),
    WordList("items", "item", ("pen", "book", "lamp", "chair", "cup", "bag", "phone", "shirt", "key", "ball", "table")),
    WordList(
        "files", "file", ("a.txt", "notes.md", "main.py", "photo.png", "data.csv", "log.txt", "test.py", "song.mp3")
    ),
    WordList("days", "day", ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")),
    WordList("tokens", "token", ("x", "12", "+", "foo", "7", "(", "bar", "-3", ")", "y", "40", "*", "if", "0")),
    WordList("languages", "language", ("Python", "Java", "C", "Rust", "Go", "Ruby", "Perl", "Lua", "Haskell", "Scala")),
)

SUBJECTS = (
    "the cat",
    "my dog",
    "a bird",
    "the old man",
    "she",
    "the teacher",
    "our train",
    "every child",
    "the moon",
    "Tom",
)
VERBS = ("sees", "likes", "finds", "wants", "has", "needs", "takes", "brings", "hides", "paints")
OBJECTS = (
    "a red ball",
    "the sea",
    "two books",
    "some bread",
    "a map",
    "the last cake",
    "a green door",
    "it",
    "good news",
)

SPECIAL_TEXTS = (  # with quotes, escapes, digits, upper case and white space
    "it's late",
    'she said "hi"',
    "don't stop",
    "tab\there",
    "one\ntwo",
    "C:\\temp",
    "50% off",
    "Hello, World!",
    "  padded  ",
    "a-b-c",
    "2024-05-17",
    "key=value",
    "name: Ada",
    "x,y,z",
    "Mississippi",
    "abracadabra",
    "ABC123",
    "",
    "...",
    "AaBbCc",
    "user@example.com",
    "3.14",
    "no spaces",
    "racecar",
    "Never odd or even",
    "10 20 30",
    "é à ü",
    "(a(b)c)",
    "hello world",
    "banana",
    "to be or not to be",
    "Python",
    "#tag",
    "line 1\nline 2\nline 3",
    "path/to/file.txt",
)

TEXT_NAMES = ("text", "message", "line", "s", "sentence", "phrase", "title")

MAPPINGS = (  # name, name of a key, name of a value, kind of keys, range of the values
    ("prices", "fruit", "price", "fruits", 1, 40),
    ("stock", "item", "count", "items", 0, 30),
    ("ages", "name", "age", "names", 5, 80),
    ("scores", "name", "score", "names", 0, 100),
    ("points", "player", "score", "names", -5, 50),
    ("inventory", "item", "amount", "items", 0, 20),
    ("votes", "color", "n", "colors", 0, 25),
    ("population", "city", "people", "cities", 100, 9000),
    ("legs", "animal", "n", "animals", 0, 8),
    ("grades", "student", "grade", "names", 1, 6),
    ("hours", "day", "h", "days", 0, 12),
    ("sizes", "file", "size", "files", 1, 4096),
)

WORDS_OF = {plural: words for plural, _, words in WORD_LISTS}
SINGULARS = {entry.plural: entry.singular for entry in (*NUMBER_LISTS, *WORD_LISTS)}
