"""The book of receipts."""

from __future__ import annotations

from sparql_api.receipts import ReceiptBook


def test_a_receipt_is_found_only_by_its_caller() -> None:
    book = ReceiptBook(2)
    book.keep("1", "lab", {"id": "1"})
    assert book.find("1", "lab") == {"id": "1"}
    assert book.find("1", "public") is None
    assert book.find("2", "lab") is None


def test_the_oldest_receipt_is_forgotten_first() -> None:
    book = ReceiptBook(2)
    for key in "abc":
        book.keep(key, "lab", {"id": key})
    assert [book.find(key, "lab") is not None for key in "abc"] == [False, True, True]
