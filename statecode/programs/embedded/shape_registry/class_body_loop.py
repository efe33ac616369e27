# The class body itself runs: it builds its methods in a loop.
class Area:
	for name, formula in [("square", "a * a"), ("rect", "a * b"), ("tri", "a * b / 2")]:
		locals()[name] = staticmethod(eval(f"lambda a, b=0: {formula}"))
	known = sorted(n for n in list(locals()) if n[0] != "_" and n not in ("name", "formula"))
	del name, formula


while True:
	try:
		line = input().split()
	except EOFError:
		break
	print("{:g}".format(getattr(Area, line[0])(*map(int, line[1:]))))
print("known:", *Area.known)
