"""Downstream tasks: their data sets, their metrics, and the fine-tuning of a language model on them."""
