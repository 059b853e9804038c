"""Code systems, concepts and value sets, and how people search them."""
