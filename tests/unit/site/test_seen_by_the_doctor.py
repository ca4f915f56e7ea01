"""What the doctor looks for on a site is what our site answers, also when the database is gone."""

from __future__ import annotations

from newsletter.doctor.site import look_at_site
from newsletter.domain.diagnosis import Health
from newsletter.domain.page_seen import PageSeen
from newsletter.project.upkeep.machine import read_abuse
from tests.unit.site.site_world import BASE, NOW, Site


def _codes(site: Site) -> list[str | None]:
    def visit(url: str) -> PageSeen:
        answer = site.get(url)
        return PageSeen(
            url=url,
            status=answer.status_code,
            text=answer.text,
            strict_transport=answer.headers.get("strict-transport-security"),
        )

    return [one.code for one in look_at_site(BASE, visit, NOW, "sendgrid") if one.health is not Health.FINE]


def test_the_doctor_finds_nothing_at_our_own_site_and_changes_nothing(site: Site) -> None:
    before = site.database.read_bytes()

    assert _codes(site) == []
    assert site.database.read_bytes() == before


def test_the_doctor_finds_a_site_without_its_database(site: Site) -> None:
    site.project.close()
    site.database.rename(site.database.with_suffix(".away"))
    site.database.write_bytes(b"Beste lezer, " * 1000)

    assert set(_codes(site)) == {"site-failing"}


def test_the_doctor_tells_that_the_form_is_being_abused_and_changes_nothing(site: Site) -> None:
    quiet = read_abuse(site.project)
    for number in range(60):
        assert site.project.admission.admit(f"2001:db8:{number:x}::1")
    site.project.admission.admit("198.51.100.1")
    before = site.database.read_bytes()

    told = read_abuse(site.project)

    assert (quiet, told) == (None, site.project.admission.alarm())
    assert told is not None
    assert site.database.read_bytes() == before


def test_a_database_of_another_version_is_not_asked_about_abuse(site: Site) -> None:
    with site.project.store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")

    assert read_abuse(site.project) is None
