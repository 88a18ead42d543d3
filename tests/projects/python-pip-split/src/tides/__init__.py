"""High water at noon, and again at midnight."""
