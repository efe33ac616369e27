"""Compare runs of training: arms and seeds, tables, plots, and paired comparisons of their answers."""
