"""The plain Django that bookings are measured beside: the same login, the same rows, and nothing that makes them safe."""
