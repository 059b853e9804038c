"""Pure rules about who a person is: no Django, no clock, no database."""
