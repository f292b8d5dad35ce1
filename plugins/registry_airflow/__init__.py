"""What is Airflow's own: assets, the run's context, pages. Everything else stands in email_registry."""
