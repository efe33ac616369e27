"""Derive facts from a program's source, outside of the traced process.

Before a run, `hints` checks if the source contains words of features that require additional checks by the engine.
After a run, `analysis` completes the records of the native engine with the qualified names of functions, the lines of
decorated calls, and the expressions that raised exceptions. `exception_expressions` finds these expressions.
Nothing here executes the program.
"""
