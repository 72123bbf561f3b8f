"""What goes with latent classes, put right for classification errors."""
