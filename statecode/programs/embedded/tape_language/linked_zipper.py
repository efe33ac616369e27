# The tape is a zipper: cells left of the head, the cell itself, cells right of it.
def run(code, zipper, source, sink):
	i = 0
	while i < len(code):
		left, here, right = zipper
		c = code[i]
		i += 1
		if c == '[':
			depth, j = 1, i
			while depth:
				depth += {'[': 1, ']': -1}.get(code[j], 0)
				j += 1
			body = code[i:j - 1]
			while zipper[1]:
				zipper = run(body, zipper, source, sink)
			i = j
		elif c == '>':
			nearest, *others = right or [0]
			zipper = left + [here], nearest, others
		elif c == '<':
			*others, nearest = left
			zipper = others, nearest, [here] + right
		elif c == '.':
			sink(chr(here))
		elif c == ',':
			zipper = left, ord(source.pop()) if source else 0, right
		else:
			zipper = left, (here + {'+': 1, '-': 255}[c]) % 256, right
	return zipper

lines = open(0).read().splitlines()
run(lines[0], ([], 0, []), list(lines[1][::-1]) if lines[1:] else [], lambda s: print(s, end=''))
