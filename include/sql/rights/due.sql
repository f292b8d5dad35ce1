SELECT id, number, right_used, scope, received_on, due_on, state, brought FROM operations.rights_case
WHERE state <> 'done' ORDER BY due_on, id
