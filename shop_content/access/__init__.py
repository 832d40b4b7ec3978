"""Who may ask how often, and from where: pure rules (docs/decisions/0008)."""
