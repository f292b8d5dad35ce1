SELECT hash FROM audit.event WHERE id = :id
