"""What learns and what votes: memberships, the forest, its engine, calibration."""
