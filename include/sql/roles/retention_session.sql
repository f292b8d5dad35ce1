SET ROLE retention
