"""Pages of the roll, a file per subject."""
