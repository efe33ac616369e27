"""Evaluate models and views: perplexity, generated continuations of traces, comparison of runs, sizes of views."""
