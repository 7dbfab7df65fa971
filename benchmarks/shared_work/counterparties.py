"""Shared services seen from both sides: what a host says it earns from others for a line, and what those who name it as provider say
they pay. Pure.

The two sides come from different returns, so they need not be the same to the pound. How far apart is still the same stands here as
data, with the words that pages use. What a client pays is the whole non-pay of its line, which may hold more than the host's charge.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from benchmarks.shared_work.named_trusts import Naming
from ui.formats import plural, pounds

WITHIN_PERCENT: Final = Decimal(5)
"""Sides that differ by no more than this share of the larger agree …"""
WITHIN_POUNDS: Final = Decimal(10_000)
"""… and so do those that differ by no more than this."""
TOLERANCE_WORDS: Final = f"Two sides agree when they differ by no more than {WITHIN_PERCENT}% of the larger, or by no more than {pounds(WITHIN_POUNDS)}."

State = Literal["agrees", "earns_more", "pays_more", "says_nothing", "not_in", "nobody_names", "not_stated"]

STATE_WORDS: Final[dict[State, str]] = {
    "agrees": "Agrees",
    "earns_more": "Host says more",
    "pays_more": "Clients say more",
    "says_nothing": "Host says nothing",
    "not_in": "Host has not returned",
    "nobody_names": "Nobody names the host",
    "not_stated": "Clients give no amount",
}
STATE_MEANS: Final[dict[State, str]] = {
    "agrees": "Both sides tell the same story.",
    "earns_more": "The host earns more than the trusts that name it say they pay. It may have other clients, such as commissioners or firms.",
    "pays_more": "The trusts that name the host pay more than it says it earns. One side may have left something out, or the line may "
    "hold other costs.",
    "says_nothing": "The host gives no income from others on this line, or cannot state it.",
    "not_in": "The host has no accepted return yet.",
    "nobody_names": "The host earns from others on this line, and no trust that has returned names it as provider.",
    "not_stated": "None of the trusts that name the host states what it pays.",
}
TO_ASK: Final[frozenset[State]] = frozenset(("earns_more", "pays_more", "says_nothing"))
"""States about which somebody has to be asked."""


@dataclass(frozen=True, slots=True)
class Earning:
    """What one trust says of one line of its own: its income from others, in pounds; None where it gives none or cannot state it."""

    trust: str
    line: str
    income: Decimal | None


@dataclass(frozen=True, slots=True)
class Payment:
    """What one trust says of a line that others do for it."""

    trust: str
    line: str
    provider: str
    """As it is written in the return."""
    naming: Naming
    paid: Decimal | None
    """In pounds; None where it is not stated."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One line of one host, with everybody who names it."""

    host: str
    line: str
    earned: Decimal | None
    clients: tuple[Payment, ...]
    """The trusts that name it, the one that pays most first."""
    state: State

    @property
    def paid(self) -> Decimal:
        """What the clients say they pay, in pounds, as far as they state it."""
        return _paid(self.clients)

    @property
    def difference(self) -> Decimal | None:
        """What the host says beyond what its clients say, in pounds; None where one side says nothing."""
        one_sided = self.earned is None or self.state in ("nobody_names", "not_stated")
        return None if self.earned is None or one_sided else self.earned - self.paid

    @property
    def trusts(self) -> frozenset[str]:
        """Everybody concerned: the host and its clients."""
        return frozenset((self.host, *(client.trust for client in self.clients)))

    @property
    def weight(self) -> Decimal:
        """By how much the two sides differ, or what stands unanswered, in pounds: the most is looked at first."""
        return abs(self.difference) if self.difference is not None else max(self.earned or Decimal(0), self.paid)

    @property
    def order(self) -> tuple[bool, Decimal, str, str]:
        """What it is sorted by: what has to be asked about first, then what weighs most."""
        return self.state not in TO_ASK, -self.weight, self.line, self.host


def reconcile(
    earnings: Iterable[Earning], payments: Iterable[Payment], returned: Collection[str]
) -> tuple[Reconciliation, ...]:
    """Every line of every host that earns from others or is named by them; first what has to be asked about, then what differs most.

    `returned` are the trusts with an accepted return. A payment counts where its text names exactly one trust, other than the payer.
    """
    earned: Mapping[tuple[str, str], Decimal | None] = {(item.trust, item.line): item.income for item in earnings}
    clients: defaultdict[tuple[str, str], list[Payment]] = defaultdict(list)
    for payment in payments:
        if payment.naming.kind == "one" and payment.naming.codes[0] != payment.trust:
            clients[payment.naming.codes[0], payment.line].append(payment)
    keys = clients.keys() | {key for key, income in earned.items() if income}
    made = [_reconciliation(key, earned.get(key), clients.get(key, ()), returned) for key in keys]
    return tuple(sorted(made, key=lambda item: item.order))


def agree(one: Decimal, other: Decimal) -> bool:
    """Whether two sides tell the same story."""
    apart = abs(one - other)
    return apart <= WITHIN_POUNDS or apart * 100 <= max(abs(one), abs(other)) * WITHIN_PERCENT


def unmatched(payments: Iterable[Payment]) -> tuple[Payment, ...]:
    """Payments whose provider is not exactly one other trust: several trusts, the payer itself, or somebody who is no trust."""
    listed = [payment for payment in payments if payment.naming.kind in ("several", "no_trust") or _is_own(payment)]
    return tuple(sorted(listed, key=lambda payment: (payment.naming.kind, payment.line, payment.trust)))


def why_unmatched(payment: Payment) -> str:
    """Why a payment could not be laid beside a host's income, in words."""
    if payment.naming.kind == "several":
        return f"names {plural(len(payment.naming.codes), 'trust')}, so we cannot tell what is paid to which"
    return "names the trust itself" if _is_own(payment) else "is not a trust that we recognise"


def _is_own(payment: Payment) -> bool:
    return payment.naming.codes == (payment.trust,)


def _reconciliation(
    key: tuple[str, str], earned: Decimal | None, clients: Sequence[Payment], returned: Collection[str]
) -> Reconciliation:
    host, line = key
    ordered = tuple(sorted(clients, key=lambda client: (-(client.paid or Decimal(0)), client.trust)))
    return Reconciliation(host, line, earned, ordered, _state(earned, ordered, is_in=host in returned))


def _state(earned: Decimal | None, clients: Sequence[Payment], *, is_in: bool) -> State:
    if not clients:
        return "nobody_names"
    if earned is None:
        return "says_nothing" if is_in else "not_in"
    if all(client.paid is None for client in clients):
        return "not_stated"
    paid = _paid(clients)
    return "agrees" if agree(earned, paid) else "earns_more" if earned > paid else "pays_more"


def _paid(clients: Iterable[Payment]) -> Decimal:
    return sum((client.paid for client in clients if client.paid is not None), start=Decimal(0))
