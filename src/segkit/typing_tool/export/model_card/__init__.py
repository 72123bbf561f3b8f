"""The model card of a tool: what it is, on what it rests, how good it is, for whom, and not."""
