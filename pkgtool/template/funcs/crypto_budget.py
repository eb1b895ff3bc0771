"""Limit how much one render may spend on keys and password hashes.

Making a key takes a tenth of a second to many seconds, so a chart could stall a server with a loop.
Costs are fixed numbers, not measured time: the same chart fails at the same call everywhere.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pkgtool.errors import BudgetExceeded

COSTS: Mapping[str, int] = {
    "bcrypt": 120,
    "htpasswd": 120,
    "derivePassword": 400,
    "genPrivateKey": 1200,
    "buildCustomCert": 10,
    "genCA": 150,
    "genCAWithKey": 10,
    "genSelfSignedCert": 150,
    "genSelfSignedCertWithKey": 10,
    "genSignedCert": 150,
    "genSignedCertWithKey": 10,
    "encryptAES": 1,
    "decryptAES": 1,
}
"""What a call of a function costs, about milliseconds of a slow machine."""

KEY_COSTS: Mapping[str, int] = {"ecdsa": 10, "ed25519": 10}
"""What `genPrivateKey` costs for the kinds of keys that are made at once."""

DEFAULT_BUDGET = 20_000
"""Sixteen large keys, or a hundred and thirty certificates."""


class CryptoBudget:
    """What one render may still spend; engines make one for each render.

    >>> budget = CryptoBudget(200)
    >>> hashed = budget.guard("bcrypt", str.upper)
    >>> hashed("a")
    'A'
    >>> hashed("a")
    Traceback (most recent call last):
        ...
    pkgtool.errors.BudgetExceeded: bcrypt: the template spent its budget for keys and ...
    """

    def __init__(self, limit: int = DEFAULT_BUDGET) -> None:
        self.limit = limit
        self.spent = 0

    def spend(self, name: str, *arguments: Any) -> None:
        """Pay for one call of the function `name`; functions without a cost are free.

        Raises:
            BudgetExceeded: The call would cost more than is left.
        """
        cost = COSTS.get(name, 0)
        if name == "genPrivateKey" and arguments:
            cost = KEY_COSTS.get(arguments[0], cost)
        if self.spent + cost > self.limit:
            raise BudgetExceeded(
                f"{name}: the template spent its budget for keys and password hashes",
                hint="make fewer of them, or put them into the values ready-made",
            )
        self.spent += cost

    def guard(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return `function` so that each call pays first; one without a cost is returned as is."""
        if name not in COSTS:
            return function

        def paying(*args: Any, **options: Any) -> Any:
            self.spend(name, *args)
            return function(*args, **options)

        return paying
