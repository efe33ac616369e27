"""Test how well a model continues the text of a real trace with the real lines."""
