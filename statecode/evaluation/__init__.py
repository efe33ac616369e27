"""Layer 6: what models learned, measured: perplexity, generated states against real ones, comparisons of runs."""
