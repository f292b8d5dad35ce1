SELECT audience, addresses, present, absent FROM registry.audience_count
