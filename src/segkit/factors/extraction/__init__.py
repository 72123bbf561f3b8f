"""From correlations to loadings and uniquenesses."""
