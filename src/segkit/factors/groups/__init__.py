"""Whether factors mean the same in each group or wave: measurement invariance."""
