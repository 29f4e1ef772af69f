"""Pages of the org room: signing in, one's account, the officers' register, the journal."""
