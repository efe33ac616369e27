"""TODO tracing/source_info."""
