"""Pages of intake, a file per subject."""
