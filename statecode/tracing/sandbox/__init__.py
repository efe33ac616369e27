"""The sandbox layers: namespaces, privileges, Landlock, seccomp and resource limits.

`isolation` selects the mode and checks that each program may run in it. `layers` reports the layers that work on this
machine; `probe` tests them in child processes. Each layer has a module of its own: `namespaces`, `privileges`,
`landlock`, `seccomp` (with `allow_list` and `make_filters`) and `limits`. `imports` restricts the packages that
programs can import, and `python_files` lists the files that an interpreter needs. The modules that the fork server
imports have few imports of their own, because the server's memory is part of every child.
"""
