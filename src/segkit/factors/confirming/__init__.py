"""Whether a given structure holds."""
