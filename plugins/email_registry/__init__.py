"""The registry of e-mail addresses behind the bulletins, and the steps that keep it: no Airflow in here."""
