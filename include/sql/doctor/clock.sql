-- The one statement that asks the clock: it is what is looked at.
SELECT clock_timestamp() AS at, current_setting('TimeZone') AS zone
