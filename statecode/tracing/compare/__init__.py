"""TODO tracing/compare."""
