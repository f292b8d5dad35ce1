"""Types for addresses. They can be passed on anywhere, and only a call of `reveal()` reads the text inside."""

from email_registry.privacy.masked import Address, AddressColumn

__all__ = ["Address", "AddressColumn"]
