SELECT respondent_id, response_id, email, response_date
  FROM webropol_response
 WHERE survey_id = :survey
   AND (:respondent IS NULL OR respondent_id = :respondent)
   AND (:start IS NULL OR response_date >= :start)
   AND (:end IS NULL OR response_date <= :end)
 ORDER BY seq
 LIMIT :limit OFFSET :offset
