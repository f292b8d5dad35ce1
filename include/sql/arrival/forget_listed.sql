-- What was seen of a list that is not ours any more: taking it over again begins with reading it. It keeps nobody here.
DELETE FROM registry.listing WHERE target = :target
