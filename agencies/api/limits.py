"""How much one request may send or ask for; what ``me/`` says and what is enforced are the same numbers."""

from typing import Final

ROWS_PER_REQUEST: Final = 1_000
PAGE_SIZE: Final = 100
PAGE_SIZE_LIMIT: Final = 1_000
KEY_LENGTH_LIMIT: Final = 255
