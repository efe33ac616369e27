"""Evaluate models and views: one folder per question about a model, and the sizes of views."""
