"""The demo hospital: invented people, seeded, made without a network.

Everything is written by the same actions that people use, so that a demo which stands is also a proof that
they work. What a hospital of this size should look like is in `marginals.py`, and a test measures it.
"""
