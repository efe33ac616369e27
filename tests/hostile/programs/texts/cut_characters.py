# must: output_limit output
# prints: ééé
# runs: trusted
# The limit falls into the middle of a character.
import os

os.write(1, b"x")
while True:
    os.write(1, "é".encode() * 5000)
