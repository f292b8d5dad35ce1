DELETE FROM registry.forgotten WHERE noted_on < :before
