"""Programs that mean harm, what must happen to each, and what must not.

    programs/<topic>/<name>.py    one hostile program, with its expectation in the first lines: see expectations.py
    not_text.py                   programs whose source is not proper text, which a repository would not keep as it is
    expectations.py               reads those lines and compares a trace with them
    surroundings.py               what programs must not reach: looked at after each one
    listeners.py, processes.py    of these: sockets; victims, and who descends from us
    arena.py                      runs one program in a slot, looks around, and runs an ordinary program after it
    teeth.py                      which programs do harm when a layer of the isolation is taken off

Everything here is fit to be run without isolation as far as its `runs` line says; the others are not.
"""
