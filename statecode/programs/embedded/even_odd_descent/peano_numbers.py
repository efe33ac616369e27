"""Numbers as nested tuples; parity by peeling off two layers at a time."""


def peano(n):
    if n < 0:
        raise OverflowError("below zero")
    value = ()
    for _ in range(n):
        value = (value,)
    return value


def parity(value):
    match value:
        case ():
            return "even"
        case ((),):
            return "odd"
        case ((inner,),):
            return parity(inner)


while True:
    try:
        text = input()
    except EOFError:
        break
    print(parity(peano(int(text))))
