"""Pages of verification, a file per subject."""
