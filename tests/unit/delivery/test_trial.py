"""Trial mails go the way of all mail, and are marked."""

from uuid import uuid4

from delivery_world import World

from newsletter.delivery.trial import TRIAL_MARK, send_trial
from newsletter.domain.outcome import OutcomeKind
from newsletter.testing.scripted_provider import accept, lose_answer


def test_a_trial_goes_to_every_address_once_and_not_into_the_ledger(tmp_path):
    world = World(root=tmp_path)
    world.provider.turns[:] = [accept(), lose_answer()]
    addresses = [f"try{number}@brief.example" for number in range(7)]

    outcomes = send_trial(
        world.provider,
        world.outlet.shipments.of("").mailing,
        [*addresses, addresses[0]],
        {"first_name": "An"},
        links=world.outlet.links,
        new_id=lambda: uuid4().hex,
    )

    assert world.provider.record.emails() == dict.fromkeys(addresses, 1)
    assert [outcomes[email].kind for email in addresses] == [OutcomeKind.ACCEPTED] * 5 + [
        OutcomeKind.UNKNOWN
    ] * 2
    assert world.store.ledger.campaigns() == []
    world.store.close()


def test_the_subject_of_a_trial_is_marked(tmp_path):
    world = World(root=tmp_path)
    subjects = []
    plain = type(world.provider)

    class Listening(plain):
        __slots__ = ()

        def prepare(self, mailing):
            subjects.append(mailing.rendered.subject.fill({"first_name": "An"}))
            return super().prepare(mailing)

    world.provider.__class__ = Listening
    send_trial(
        world.provider,
        plain.prepare(world.provider, world.outlet.shipments.of("").mailing).mailing,
        ["try@brief.example"],
        {},
        links=world.outlet.links,
        new_id=lambda: uuid4().hex,
    )

    assert f"{TRIAL_MARK}Dag An" in subjects
    world.store.close()
