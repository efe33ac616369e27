"""Wire: the format in which a run comes from the child to the supervisor, and its conversion to a trace.

`channel` is the file of records; `validation` checks the records and converts them to events; `normalise` replaces text
that differs from run to run; `outcome` builds the trace and determines its status. A program can overwrite everything
it sends, so all modules on the supervisor's side treat the content as untrusted.
"""
