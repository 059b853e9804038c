"""What is measured: observations, reports, imaging studies."""
