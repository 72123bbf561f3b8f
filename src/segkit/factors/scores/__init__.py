"""What a person's answers say of the factors, and how well."""
