SELECT (SELECT count(*) FROM registry.address) AS addresses,
       (SELECT count(*) FROM registry.suppression) AS suppressions,
       (SELECT count(*) FROM registry.listing) AS listings,
       (SELECT count(*) FROM operations.plan_item) AS plan_items
