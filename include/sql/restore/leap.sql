-- An approval that still waits in Airflow names a plan that is not there any more: its number is not given again.
SELECT operations.leap(:by)
