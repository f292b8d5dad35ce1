"""Check the mail server for alarms: connect and log in, and send nothing."""

from __future__ import annotations

from email_registry.boundaries import mail
from email_registry.doctor.findings import CheckFailed, Findings, cured_by
from email_registry.doctor.hosts import check_valid
from email_registry.settings import policy, utc_now

NONE = "the policy names nobody: alarms are in Airflow and in the status only"


def look_at_mail(found: Findings) -> None:
    """Check the server of the policy's `mail`, and its certificate."""
    shown: list[mail.Probe] = []
    if found.look("mail", lambda: _probed(shown)) and shown:
        until = shown[0].certificate_until
        if until is not None:
            found.look("certificate mail", lambda: check_valid((until - utc_now()).days))


def _probed(shown: list[mail.Probe]) -> str:
    settings = policy().mail
    if settings is None:
        return NONE
    failure: CheckFailed | None = None
    with cured_by(f"correct {settings.connection} in connections.json (host, port, login, password, disable_ssl)"):
        try:
            shown.append(mail.probe())
        except mail.MailFailed as error:
            if error.trouble is None:
                raise
            failure = CheckFailed(error.message, error.trouble.cure)
    if failure is not None:
        raise failure
    return f"{shown[0].tls}, {'the login' if shown[0].login else 'no login'}; {len(settings.to)} are told"
