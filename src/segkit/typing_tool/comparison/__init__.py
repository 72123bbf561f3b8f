"""Two typing tools on one base: who changes tag, and what of the tools changed it."""
