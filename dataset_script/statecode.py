"""The statecode dataset as a loading script, for `datasets` before 4.0, which still runs such scripts.

    load_dataset("dataset_script/statecode.py", "events", trust_remote_code=True)

Everything is in the package (`pip install statecode`). With it, every version of `datasets` loads the same rows by
`import statecode; load_dataset("statecode", "events")`.
"""

if __name__ == "statecode":
    raise ImportError("dataset_script/statecode.py hides the package statecode: leave the folder dataset_script/")

from statecode.dataset.builder import Builder


class Statecode(Builder):
    """The package's builder: `datasets` looks for a class that the script itself defines."""
