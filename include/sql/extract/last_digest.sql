-- The digest of a source's last complete proof from a night before this date.
SELECT proof.digest, night.business_date
  FROM operations.proof
  JOIN operations.run AS night ON night.id = proof.night_id
 WHERE proof.source = :source
   AND proof.complete
   AND night.business_date < :on
 ORDER BY night.business_date DESC, night.id DESC
 LIMIT 1
