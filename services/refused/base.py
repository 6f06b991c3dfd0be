"""What a refusal is: an ordinary outcome with a code and facts; the sentences live in the locale files."""

import re
from typing import Any, ClassVar


class Refusal(Exception):  # noqa: N818  a refusal is an outcome, not an error
    """Something the house does not do now; `code` names the rule, `facts` fill the sentence."""

    code: ClassVar[str] = ""

    def __init__(self, **facts: Any) -> None:
        """Keep the facts that the sentence needs; never a patron's name."""
        super().__init__(self.code)
        self.facts = facts

    def __init_subclass__(cls) -> None:
        """The code is the class's name in the words of rules.md: ItemOnLoan is item_on_loan."""
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        REFUSALS[cls.code] = cls


REFUSALS: dict[str, type[Refusal]] = {}
