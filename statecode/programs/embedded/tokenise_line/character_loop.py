import sys

def tokens(s):
	i = 0
	out = []
	while i < len(s):
		c = s[i]
		if c == '#':
			break
		if c == ' ':
			i += 1
			continue
		j = i + 1
		if c.isdigit():
			while j < len(s) and s[j].isdigit():
				j += 1
			kind = 'NUM'
		elif c.isalpha() or c == '_':
			while j < len(s) and (s[j].isalnum() or s[j] == '_'):
				j += 1
			kind = 'NAME'
		elif c == '"':
			j = s.index('"', j) + 1
			kind = 'STR'
		else:
			if s[i:i+2] in ('==', '<=', '>=', '!=', ':='):
				j = i + 2
			elif c not in '+-*/=<>();':
				raise ValueError('bad character ' + c)
			kind = 'OP'
		out.append(kind + ':' + s[i:j])
		i = j
	return out

for line in sys.stdin:
	print(' '.join(tokens(line.rstrip('\n'))) or '-')
