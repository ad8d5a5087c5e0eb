"""What the state of an order, or the kind of a row, says of whether and how it counts."""

from collections import Counter
from collections.abc import Iterable

from ...engines.engine import Engine, Table, identifier, one_of
from ...files.source import count
from ..headers import key
from .columns import OrderColumns
from .words import pays_back

MOST_WORDS = 200
"""A column with more different words than this does not hold the state of orders, or their currency."""

_PARTLY = ("partial", "teilweise", "parcial", "partiel", "parzial", "gedeeltelijk", "czesciow", "kismi", "kismen")
_NOT = ("not", "non", "un", "no", "nicht", "sin")
_OPEN = ("request", "pending", "await", "aangevraagd", "aangemeld", "demande", "angefragt", "solicitad", "richiest")
_LEFT_OUT = {
    "cancelled": "cancel void annul storni stornow anulad anulowan geannuleerd iptal abgebrochen",
    "failed": "fail declin denied reject error erreur errore expired blocked abandon incomplet requires fehlgeschlagen "
    "abgelehnt echou echec refus rechazad fallid falhou falhad recusad fallit rifiutat mislukt geweigerd nieudan "
    "odrzucon basarisiz reddedil",
    "refunded": "refund chargeback returned retour rembours erstattet erstattung gutschrift reembols devuelt devolvid "
    "devoluc estorn rimbors terugbetaald zwroc zwrot iade",
    "drafts": "draft entwurf brouillon borrador rascunho bozza szkic taslak trash",
}  # fmt: skip
"""Why an order is left out, by beginnings or parts of the words for its state."""


def reason_to_leave_out(status: str) -> str:
    """Return why orders in a state do not count: "cancelled", "failed", "refunded", "drafts", "tests"; else ""."""
    word = key(status)
    if word == "test":
        return "tests"
    if word.startswith(_NOT) or any(part in word for part in (*_PARTLY, *_OPEN)):
        return ""
    return next((why for why, parts in _LEFT_OUT.items() if any(part in word for part in parts.split())), "")


def is_partly_refunded(status: str) -> bool:
    """Whether a state says that some of the order's amount was paid back."""
    word = key(status)
    return any(part in word for part in _PARTLY) and any(part in word for part in _LEFT_OUT["refunded"].split())


def without_states(engine: Engine, columns: OrderColumns, rows: Table, within: str) -> tuple[Table, list[str]]:
    """Leave out what was cancelled, failed or paid back, drafts and tests; rows that pay something back stay."""
    why = {"cancelled": "cancelled", "test": "tests"}
    conditions = {f"{name}": [reason] for name, reason in why.items() if name in columns.roles}
    notes: list[str] = []
    for number, header in enumerate(columns.statuses):
        name = f"status_{number}"
        states = engine.rows(
            f"SELECT {name}, count(*) FROM {rows.sql} WHERE {name} IS NOT NULL AND {within} GROUP BY {name} "
            f"LIMIT {MOST_WORDS + 1}"
        )
        if len(states) > MOST_WORDS:
            continue
        reasons = {state: reason_to_leave_out(state) for state, _ in states}
        for reason in sorted(set(reasons.values()) - {""}):
            is_so = _is_one_of(name, [state for state in sorted(reasons) if reasons[state] == reason])
            conditions[is_so + (" AND amount >= 0" if reason == "refunded" else "")] = [reason, header]
        partly = sum(number for state, number in states if is_partly_refunded(state))
        if partly and "refunded" not in columns.roles:
            notes.append(
                f"{count(partly, 'row')} partly refunded by {header}: counted in full, as there is no column of "
                "refunds (or name it with --refunded)."
            )
    return _leave_out(engine, rows, conditions, notes, within)


def _leave_out(
    engine: Engine, rows: Table, conditions: dict[str, list[str]], notes: list[str], within: str
) -> tuple[Table, list[str]]:
    """Leave out rows by conditions, each counted under the first that holds."""
    if not conditions:
        return rows, notes
    cases = " ".join(f"WHEN {condition} THEN {number}" for number, condition in enumerate(conditions))
    reasons = list(conditions.values())
    counts = dict(
        engine.rows(
            f"SELECT reason, count(*) FROM (SELECT CASE {cases} END AS reason FROM {rows.sql} WHERE {within}) AS r "
            "GROUP BY reason"
        )
    )
    totals: Counter[str] = Counter()
    for number, reason in enumerate(reasons):
        totals[" by ".join(reason)] += counts.get(number, 0)
    notes = [f"{count(number, 'row')} left out: {reason}." for reason, number in totals.items() if number] + notes
    return engine.define(f"SELECT * FROM {rows.sql} WHERE CASE {cases} END IS NULL"), notes


def with_refunds_taken_off(engine: Engine, columns: OrderColumns, rows: Table, within: str) -> tuple[Table, list[str]]:
    """Count rows that are refunds by their kind as returns, though their amounts are above zero.

    Only a refund of an order that is there too is taken off: of another, the row may be the order itself. Where some
    refunds are below zero, one above zero may take back a refund. These are left out and counted.
    """
    kinds = {f"kind_{number}": header for number, header in enumerate(columns.kinds)}
    called = {kind: [word for word in _words(engine, rows, kind, within) if pays_back(word)] for kind in kinds}
    named = [kind for kind in kinds if called[kind]]
    if not named:
        return rows, []
    is_refund = " OR ".join(_is_one_of(kind, called[kind]) for kind in named)
    counts = engine.aggregate(
        f"SELECT count(CASE WHEN amount > 0 THEN 1 END) AS above, count(CASE WHEN amount < 0 THEN 1 END) AS below "
        f"FROM {rows.sql} WHERE ({is_refund}) AND {within}"
    )
    if not counts["above"]:
        return rows, []
    sales = f"(SELECT DISTINCT order_id AS id FROM {rows.sql} WHERE amount >= 0 AND NOT ({is_refund})) AS sales"
    is_sold = "false" if counts["below"] else "id IS NOT NULL"
    others = ", ".join(identifier(name) for name in rows.columns if name != "amount")
    turned = engine.keep(
        f"SELECT {others}, CASE WHEN ({is_refund}) AND {is_sold} THEN -abs(amount) ELSE amount END AS amount, "
        f"({is_refund}) AND amount > 0 AS was_above FROM {rows.sql} LEFT JOIN {sales} ON order_id = id"
    )
    taken_off = engine.rows(f"SELECT count(*) FROM {turned.sql} WHERE was_above AND amount < 0 AND {within}")[0][0]
    left_out, by = counts["above"] - taken_off, " and ".join(kinds[kind] for kind in named)
    notes = [f"{count(taken_off, 'row')} with a refund by {by}: taken off the total."] if taken_off else []
    if left_out:
        notes.append(
            f"{count(left_out, 'row')} left out: refunds by {by}, though above zero and of no order that is there; "
            "write what was paid back with a minus sign to take it off."
        )
    return engine.define(f"SELECT {others}, amount FROM {turned.sql} WHERE NOT (was_above AND amount > 0)"), notes


def _words(engine: Engine, rows: Table, column: str, within: str) -> list[str]:
    """Return the words of a column; none where there are too many for a kind."""
    words = engine.rows(
        f"SELECT DISTINCT {column} FROM {rows.sql} WHERE {column} IS NOT NULL AND {within} LIMIT {MOST_WORDS + 1}"
    )
    return [] if len(words) > MOST_WORDS else sorted(word for (word,) in words)


def _is_one_of(column: str, words: Iterable[str]) -> str:
    return f"coalesce({one_of(column, words)}, false)"
