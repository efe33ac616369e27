"""The stable import path of the `datasets` builder. The implementation is `statecode.dataset.builder`."""

from statecode.dataset.builder import Builder, Config, load_dataset

__all__ = ["Builder", "Config", "load_dataset"]
