# No table at all: every question reads the settings again, the last match wins.
text = open(0).read()
top, bottom = text.split("\n?\n") if "\n?\n" in text else (text.rstrip("?\n"), "")

def find(section, key):
	inside = False
	answer = None
	for line in top.splitlines():
		if line.startswith("["):
			inside = line.strip() == "[" + section + "]"
		elif inside and "=" in line and not line.startswith(";"):
			k, v = line.split("=", 1)
			if k.strip().lower() == key.lower():
				answer = v.strip()
	if answer is None:
		raise KeyError(section + "." + key)
	return answer

for q in bottom.split():
	print(q, "=", find(*q.split(".")))
