"""The people of the demonstration as the runner prints them; `agencies/demonstration_accounts.py` is the list."""

from agencies.demonstration_accounts import ACCOUNTS, PASSWORD

__all__ = ["PASSWORD", "PEOPLE"]

PEOPLE = {account.email: account.does for account in ACCOUNTS}
