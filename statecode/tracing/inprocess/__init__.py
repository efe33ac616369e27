"""In-process recording: `statecode.record` records code where it runs, in the user's own process, without a sandbox.

`record` is the decorator and context manager, `recording` holds the events of one call or block until they become a
trace, and `generators` wraps functions that pause. `source` finds the source of the recorded code, `stdout_copy` copies
the printed text, and `cell_magic` provides %%record for IPython and Jupyter.
"""
