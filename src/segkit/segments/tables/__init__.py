"""Any items by any banner: crosstabs with letters and associations."""
