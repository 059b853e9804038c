"""What the Makefile calls: makes the environment, starts the demo, runs the checks.

Only the standard library is imported here, so that everything starts on a machine that has Python alone.
The rooms of HMS never import this package.
"""
