"""Many segmentations of the same people, and what they agree on."""
