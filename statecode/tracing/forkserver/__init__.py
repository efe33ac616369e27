"""Fork server: a process that has the engine loaded and forks one child per run.

`client` runs in the supervisor and starts the server; `server`, `process` and `children` run in the server; `child`,
`streams` and `end_record` run in each forked child. `job` creates the memory files of a run, `settings` is sent from
the client to the server once. `at_fork` and `heap` keep forks cheap and memory addresses equal in every child.
"""
