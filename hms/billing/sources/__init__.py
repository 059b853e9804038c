"""What each storey below has left unbilled: one file a storey, read only. Later ones (wards, pharmacy) add theirs."""
