"""What this software does beside what one would use instead, measured in the same run."""
