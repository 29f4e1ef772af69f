"""Pages of referral, a file per subject."""
