"""TODO tracing/forkserver."""
