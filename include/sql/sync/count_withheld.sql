SELECT count(*) AS withheld FROM registry.withheld WHERE target = :target
