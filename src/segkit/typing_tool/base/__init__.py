"""The base: tags for every customer, and the sizes of the segments in it."""
