"""How one configuration is scored."""
