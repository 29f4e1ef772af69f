"""Pages of determination, a file per subject."""
