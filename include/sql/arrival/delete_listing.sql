DELETE FROM registry.listing
