"""Rotas: who holds which session of a month, in which room. What a plan must keep, what it costs, what it becomes."""
