"""An address is a type: it can be carried anywhere and read only on purpose."""

from email_registry.privacy.masked import Address, AddressColumn

__all__ = ["Address", "AddressColumn"]
