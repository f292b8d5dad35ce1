-- The audiences that no night has loaded since the last restore (`whole`: from every one of their sources).
SELECT audience FROM unnest(CAST(:audiences AS text[])) AS given (audience)
WHERE EXISTS (SELECT FROM operations.run r
              WHERE r.kind = 'restore' AND r.state = 'done'
                AND NOT EXISTS (SELECT FROM operations.run l
                                WHERE l.kind = 'load' AND l.state = 'done' AND l.subject = given.audience AND l.id > r.id
                                  AND (NOT CAST(:whole AS boolean) OR CAST(l.counts ->> 'frozen' AS integer) = 0)))
