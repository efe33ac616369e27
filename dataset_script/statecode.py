"""A loading script for the statecode dataset. Only versions of `datasets` before 4.0 execute such scripts.

    load_dataset("dataset_script/statecode.py", "events", trust_remote_code=True)

The script needs the package (`pip install statecode`). With the package, every supported version of `datasets` loads
the same rows by `import statecode; load_dataset("statecode", "events")`.
"""

if __name__ == "statecode":
    raise ImportError("dataset_script/statecode.py hides the package statecode: leave the folder dataset_script/")

from statecode.dataset.builder import Builder


class Statecode(Builder):
    """The package's builder, subclassed because `datasets` uses only a class that is defined in the script itself."""
