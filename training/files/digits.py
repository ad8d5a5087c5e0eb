"""Digits as other scripts write them: ١٢٣ is 123. static/customers/contacts/digits.js has the same."""

_ZEROS = "٠۰०০੦૦୦௦౦೦൦๐໐༠၀០᠐０"
"""Nought in the scripts that people write numbers in, each with nine more digits behind it."""

DIGITS = {chr(ord(zero) + digit): str(digit) for zero in _ZEROS for digit in range(10)}
"""Digit -> the same as one of 0 to 9."""
