"""Running it: worker, health, demo hospital, handlers of effects."""
