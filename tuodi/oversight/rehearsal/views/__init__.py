"""Pages of the rehearsal."""
