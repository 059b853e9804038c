"""From what people type to clean values; what is allowed is decided by rules and actions."""
