-- A list that its owner emptied: nobody left, nobody is there. Who was missing before it was is not put back.
DELETE FROM registry.listing l WHERE l.target = :target AND l.missed_in IS NULL
