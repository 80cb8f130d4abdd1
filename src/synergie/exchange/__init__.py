"""What organisations do, one transaction each."""
