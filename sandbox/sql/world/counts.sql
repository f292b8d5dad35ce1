SELECT 'ura_' || register, count(*) FROM ura_row GROUP BY register
UNION ALL
SELECT 'kasvucrm_' || entity || 's', count(*) FROM crm_row GROUP BY entity
UNION ALL
SELECT 'left', count(*) FROM address WHERE left_on IS NOT NULL
