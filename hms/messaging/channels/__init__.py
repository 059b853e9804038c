"""Carriers: what takes a message out of the house, chosen by settings.

A carrier hands a letter over and returns what the other side calls it, or raises `TryLater` (nobody there)
or `Undeliverable` (they are there and refuse).
"""

from hms.messaging.channels.carrier import Attachment, Carrier, Letter, TryLater, Undeliverable, carrier_for

__all__ = ["Attachment", "Carrier", "Letter", "TryLater", "Undeliverable", "carrier_for"]
