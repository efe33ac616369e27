import sys
first, *lines = sys.stdin.read().splitlines()
width, height = map(int, first.split())
for program in lines:
    place, facing = 0j, 1j
    for c in program:
        if c == "L":
            facing *= 1j
        elif c == "R":
            facing /= 1j
        else:
            place += facing
            if not (0 <= place.real < width and 0 <= place.imag < height):
                raise IndexError(f"off the field at {place}")
    print(int(place.real), int(place.imag), {1j: "N", 1: "E", -1j: "S", -1: "W"}[facing])
