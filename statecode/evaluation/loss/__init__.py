"""Measure the loss of a model on texts: perplexity, the loss by kind of token, and baselines."""
