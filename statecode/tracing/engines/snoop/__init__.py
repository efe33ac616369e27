"""TODO tracing/engines/snoop."""
