-- Requests that were answered before that moment; an open one stays, however old.
DELETE FROM operations.rights_case WHERE done_at < :before
