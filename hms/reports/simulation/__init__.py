"""Try a rule of scheduling on the quarter that was, before it is made the rule. It reads, and changes nothing.

What a replay is and what is more than chance is in `hms.reports.rules.simulation`; here are the quarter it reads, the
question somebody asks, and the answer in words.
"""
