"""The engine snoop: unmodified snoop with a formatter that records events.

It is the reference for the native engine, and the fallback where the native engine cannot be used.
"""
