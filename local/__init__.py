"""One machine's world: the embedded PostgreSQL, Airflow's environment, and `make demo|up|down` over them."""
