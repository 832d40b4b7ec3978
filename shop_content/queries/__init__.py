"""What is read: one module for each kind of reader."""
