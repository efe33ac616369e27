"""The engines, which record the events of programs; `registry` holds all of them.

`base` is their interface to the supervisor. `cpython` implements it for tracers that run in the program's interpreter:
`native`, a trace function in C, and `snoop`, unmodified snoop. The fork server imports a tracer, and not the registry.
"""
