"""Test how well a model runs code: written traces and outputs against those of real runs, and CRUXEval."""
