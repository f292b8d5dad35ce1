SET LOCAL ROLE retention
