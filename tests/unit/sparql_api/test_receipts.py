"""The book of receipts."""

from __future__ import annotations

from datetime import UTC, datetime

from federation.receipt import COMPLETE, Receipt
from sparql_api.receipts import ReceiptBook


def receipt(name: str) -> Receipt:
    time = datetime(2026, 1, 1, tzinfo=UTC)
    return Receipt(f"urn:{name}", "lab", None, time, (), "CC0-1.0", (), (), COMPLETE, "sha256:0")


def test_a_receipt_is_found_only_by_its_caller() -> None:
    book = ReceiptBook(2)
    book.keep("1", "lab", receipt("1"))
    assert book.find("1", "lab") == receipt("1")
    assert book.find("1", "public") is None
    assert book.find("2", "lab") is None


def test_the_oldest_receipt_is_forgotten_first() -> None:
    book = ReceiptBook(2)
    for key in "abc":
        book.keep(key, "lab", receipt(key))
    assert [book.find(key, "lab") is not None for key in "abc"] == [False, True, True]
