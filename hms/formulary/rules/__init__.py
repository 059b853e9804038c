"""What is dangerous about a medicine for this person: pure rules, no database, no Django.

Facts and knowledge come in as dataclasses, `Issue`s go out. `detect_issues` in `detect.py` asks every rule.
Rules match by ATC code and ingredient, never by free text. A fact that a rule needs and the record lacks is
an issue, never a pass; empty knowledge is an issue that nobody can override.
"""
