# must: any
# runs: trusted
import sys

for cell in sys.gettrace().__closure__:
    cell.cell_contents = None
x = 1
