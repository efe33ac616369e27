"""TODO tracing/inprocess."""
