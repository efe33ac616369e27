from datetime import date

NAMES = "Mon Tue Wed Thu Fri Sat Sun".split()
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def due(start, count):
    weekday = (start.toordinal() - 1) % 7
    if weekday > 4:
        # start from the Friday before (or the Monday after when nothing is to be counted)
        shift = 4 - weekday if count else 7 - weekday
        return due(date.fromordinal(start.toordinal() + shift), count)
    weeks, rest = divmod(count, 5)
    over = 2 if weekday + rest > 4 else 0
    return date.fromordinal(start.toordinal() + 7 * weeks + rest + over)


while True:
    try:
        text, count = input().split()
    except EOFError:
        break
    d = due(date(*map(int, text.split("-"))), int(count))
    print(f"{NAMES[d.weekday()]} {d.day:02d} {MONTHS[d.month - 1]} {d.year}")
