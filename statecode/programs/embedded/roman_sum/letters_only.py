# Works on letters like an abacus: expand to ones of each kind, sort, carry, shorten.
LONG = [("CM", "DCCCC"), ("CD", "CCCC"), ("XC", "LXXXX"), ("XL", "XXXX"), ("IX", "VIIII"), ("IV", "IIII")]
CARRY = [("IIIII", "V"), ("VV", "X"), ("XXXXX", "L"), ("LL", "C"), ("CCCCC", "D"), ("DD", "M")]

for line in open(0):
    pile = ""
    for word in line.split():
        for short, full in LONG:
            word = word.replace(short, full)
        pile += word
    pile = "".join(sorted(pile, key="MDCLXVI".index))
    for few, one in CARRY:
        pile = pile.replace(few, one)
        pile = "".join(sorted(pile, key="MDCLXVI".index))
    for short, full in LONG:
        pile = pile.replace(full, short)
    print(pile)
