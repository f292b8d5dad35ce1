INSERT INTO webropol_response (survey_id, respondent_id, response_id, email, response_date) VALUES (?, ?, ?, ?, ?)
