"""The world of one machine: the embedded PostgreSQL, Airflow's environment, and `make demo|up|down`."""
