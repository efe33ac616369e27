"""Downstream tasks: their data, their metrics, and how a language model is trained and asked on them."""
