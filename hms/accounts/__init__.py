"""Who people are and what they may do: users, duties, the table of permissions, signing in, sessions, tokens.

It knows no patient, practitioner or facility: those rooms are above and point down at `User`. It refuses
to give power by a flag on a row: whatever somebody may do follows from the grants they hold and from the
one table in `roles.py`.
"""
