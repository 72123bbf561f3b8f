"""From segments to customers."""
