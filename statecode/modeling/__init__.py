"""Pre-train language models: tokenizers, batches of packed sequences, models, the training loop, checkpoints, decoding.

    texts ──> tokenizers ──> documents ──> packing ──> batches ──> loop ──> run folder (metrics, checkpoints, model)

The last letters of a tensor's name are its dimensions: B sequences of a batch, T positions of a sequence, V tokens of
the vocabulary. Importing this package is fast; only its modules import torch and transformers.
"""
