"""A fitted tool as an ONNX graph: codebook, votes and decision, from fields to tags."""
