"""Wire: the format in which the child passes a run to the supervisor, and the conversion of a run to a trace.

`record` specifies the records, and `make_header` writes its constants for C. `channel` is the file of records;
`validation` checks the records and converts them to events; `normalise` replaces text that differs from run to run;
`outcome` builds the trace and determines its status. A program can overwrite all of this content, so the modules that
run in the supervisor do not trust it.
"""
