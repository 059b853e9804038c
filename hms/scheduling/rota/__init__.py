"""Rotas outside of the rules: read from the tables, proposed by a solver in a process of its own, said in sentences."""
