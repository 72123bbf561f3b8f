"""What sets each segment apart."""
