"""Workers on other computers: a host there starts the same processes as here, and passes on what they say."""
