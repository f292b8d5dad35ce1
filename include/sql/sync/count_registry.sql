SELECT count(*) AS addresses FROM registry.address
