"""Which people fall into which segment, in plain sentences."""
