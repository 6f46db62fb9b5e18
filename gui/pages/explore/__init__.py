"""The page Explore: why is it so, and what would happen if. Its views are one file each in ``views``."""
