"""CoNaLa: generate a Python snippet from an intent in English. Data, encoding, metrics, scoring and fine-tuning."""
