"""Layer 5: texts to tokens to packed batches, models, the training loop and its checkpoints.

    texts ──> tokenizers ──> documents ──> packing ──> batches ──> loop ──> runs (metrics, checkpoints, saved model)

Letters that end a tensor's name: B rows of a batch, T positions of a row, V tokens of the vocabulary.
Importing this package loads nothing heavy; its modules import torch and transformers.
"""
