"""Test hostile programs: each must end as expected and must not harm anything outside its process.

    programs/<topic>/<name>.py    one hostile program, with its expectation in the first lines: see expectations.py
    raw_sources.py                programs whose sources are invalid text or too large for files of this folder
    expectations.py               reads the expectation lines and compares a trace with them
    environment.py                the things that programs must not reach; checked after each program
    listeners.py, processes.py    parts of the environment: sockets; victim processes and descendants
    hostile_runner.py             runs one program, checks the environment, and runs an ordinary program after it
    weakenings.py                 the programs that do harm when a layer of the sandbox is removed

A program may run without isolation only if its `runs` line contains `trusted`, and with layers removed only if the line
contains `weakened`. All other programs need the whole sandbox.
"""
