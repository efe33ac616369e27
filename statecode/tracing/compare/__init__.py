"""Compare the traces of two engines: `engines` runs programs in both, `differences` finds the first difference.

`statecode verify-engines` prints the results.
"""
