"""23-Nov-2026 and 10:00, 24 hours. Input: the day always before the month."""

DATE_FORMAT = "d-M-Y"
SHORT_DATE_FORMAT = "d-M-Y"
YEAR_MONTH_FORMAT = "M-Y"
MONTH_DAY_FORMAT = "d-M"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "d-M-Y, H:i"
SHORT_DATETIME_FORMAT = "d-M-Y, H:i"
FIRST_DAY_OF_WEEK = 1
DATE_INPUT_FORMATS = ["%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%d%m%Y"]
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S", "%H.%M", "%H%M"]
DATETIME_INPUT_FORMATS = ["%d-%b-%Y, %H:%M", "%d-%b-%Y %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
