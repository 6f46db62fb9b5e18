"""The ground floor of the window: theme, icons, formats, settings, messages, actions."""
