"""Latent class segmentation: mixtures of items of every kind, and how many classes."""
