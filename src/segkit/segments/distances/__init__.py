"""How far people lie apart on fields of mixed kinds."""
