"""The task CoNaLa, to generate a Python snippet from an intent in English: data, metrics and published scores."""
