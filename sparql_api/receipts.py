"""The receipts of the latest answers, for who asked."""

from __future__ import annotations

from collections import OrderedDict

from federation.receipt import Receipt


class ReceiptBook:
    """The last so many receipts, each only for its caller; used on the event loop's thread."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._receipts: OrderedDict[str, tuple[str, Receipt]] = OrderedDict()

    def keep(self, key: str, caller: str, receipt: Receipt) -> None:
        """Keep a receipt, and forget the oldest if there are too many."""
        self._receipts[key] = (caller, receipt)
        while len(self._receipts) > self._most:
            self._receipts.popitem(last=False)

    def find(self, key: str, caller: str) -> Receipt | None:
        """The receipt of that key if it is the caller's; another's is as if it were not there."""
        owner, receipt = self._receipts.get(key, (None, None))
        return receipt if owner == caller else None
