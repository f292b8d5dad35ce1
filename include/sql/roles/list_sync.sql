SET LOCAL ROLE list_sync
