"""Fork server: a process that has the engine loaded and forks one child per run.

`client` runs in the supervisor and starts the server; `server`, `process` and `children` run in the server; `child`,
`streams` and `end_record` run in each forked child. `tracer` is the interface of the tracer in it. The client sends
`settings` to the server once, at its start. `at_fork` and `heap` keep forks cheap and memory addresses equal in every
child.
"""
