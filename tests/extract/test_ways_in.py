"""The three ways into a source, directly: the same night gives the same proof whichever way it is read."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.extract.ways import (
    CRM,
    extracted,
    office_rows,
    overlay,
    staged,
)
from tests.offices import Office


def test_the_file_and_the_view_stage_the_same_and_prove_the_same(
    admin_url: str, drop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = extracted()
    from_file = staged(admin_url)
    overlay(tmp_path, monkeypatch, way="view")
    view = extracted()
    assert staged(admin_url) == from_file
    own = office_rows(drop)
    assert len(from_file) == len(own) > 0
    for proof in (file, view):
        assert proof.complete
        assert (proof.received - proof.filtered, proof.staged) == (len(own), len(own))
        assert proof.declared == proof.received
        assert proof.pages == 1
        assert len(proof.digest) == 64
    assert (file.valid, file.rejected) == (view.valid, view.rejected)
    assert file.digest == hashlib.sha256(drop.read_bytes()).hexdigest()


def test_the_digest_of_a_view_is_of_what_came(admin_url: str, by_view: None) -> None:
    assert extracted().digest == extracted().digest


def test_the_pages_of_a_snapshot_add_up(admin_url: str, world: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = extracted(CRM)
    rows = staged(admin_url)
    assert whole.complete
    assert whole.declared == whole.received == whole.staged == len(rows) > 0
    from email_registry.settings import policy

    way = policy().sources[CRM].ways["odata"].model_copy(update={"page_size": 7})
    source = policy().sources[CRM].model_copy(update={"ways": {"odata": way}})
    monkeypatch.setitem(policy().sources, CRM, source)  # type: ignore[arg-type]
    paged = extracted(CRM)
    assert staged(admin_url) == rows
    assert paged.pages > whole.pages
    assert (paged.received, paged.valid, paged.rejected) == (whole.received, whole.valid, whole.rejected)
