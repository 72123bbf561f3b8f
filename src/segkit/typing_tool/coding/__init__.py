"""Fields become small whole numbers: what arrives, one codebook, the code of each value."""
