"""The invented people of the demo hospital, for the benches too."""

from hms.ops.demo.names import Person, people

__all__ = ["Person", "people"]
