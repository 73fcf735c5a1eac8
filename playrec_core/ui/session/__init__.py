"""State of one browser session: playlist, models shown, language."""
