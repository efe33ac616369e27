import sys, ast

def describe(v):
    if isinstance(v, int):
        return 'int ' + ('odd' if v % 2 else 'even')
    elif isinstance(v, bool):
        return 'bool ' + ('yes' if v else 'no')
    elif isinstance(v, str):
        return f'str of {len(v)}'
    elif isinstance(v, (list, tuple)):
        inner = '; '.join(describe(x) for x in v)
        return f'{v.__class__.__name__}: ({inner})'
    return 'other'

for line in sys.stdin:
    print(describe(ast.literal_eval(line.strip())))
