from datetime import datetime, timedelta
from itertools import islice
import sys


def workdays(moment):
	"""Yield working days from `moment` on."""
	while True:
		if moment.isoweekday() not in (6, 7):
			yield moment
		moment += timedelta(1)


for line in sys.stdin.read().splitlines():
	start = datetime.strptime(line[:10], "%Y-%m-%d")
	n = int(line[11:])
	if n and start.isoweekday() > 5:
		n -= 1
	print(f"{next(islice(workdays(start), n, None)):%a %d %b %Y}")
