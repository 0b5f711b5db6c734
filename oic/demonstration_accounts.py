"""The people of the demonstration as the runner prints them; the list itself is `agencies/demonstration_accounts.py`."""

from agencies.demonstration_accounts import ACCOUNTS, PASSWORD

__all__ = ["PASSWORD", "PEOPLE"]

PEOPLE = {account.email: account.does for account in ACCOUNTS}
