"""TODO tracing/wire."""
