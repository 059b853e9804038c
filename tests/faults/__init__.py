"""What happens when many come at once, a process is killed, or a disk is full."""
