"""The stable import path of the `datasets` builder; the implementation is in `statecode.dataset.builder`."""

from statecode.dataset.builder import Builder, Config, load_dataset

__all__ = ["Builder", "Config", "load_dataset"]
