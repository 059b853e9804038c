"""The plain Django that bookings are measured beside: the same login, the same rows, nothing that makes them safe."""
