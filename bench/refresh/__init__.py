"""What one refresh of the signals costs, and the memory that a fleet takes."""
