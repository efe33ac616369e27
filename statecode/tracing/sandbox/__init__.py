"""TODO tracing/sandbox."""
