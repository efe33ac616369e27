"""Derive facts from a program's source, outside of the traced process.

`hints` checks before a run if the source mentions features that cost the engine time. `analysis` completes the records
of the native engine after a run: qualified names of functions, the line of a decorated call, and the expression that
raised an exception, which `exception_expressions` finds. Nothing here executes the program.
"""
