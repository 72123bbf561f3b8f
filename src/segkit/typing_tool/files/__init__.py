"""The file of a typing tool: written whole, read as if by an enemy, every number checked."""
