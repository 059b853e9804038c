"""Charges, invoices, payments."""
