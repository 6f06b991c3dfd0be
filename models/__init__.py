"""The nouns of the house: every table, and nothing that acts."""

from models import search_index as search_index
from models.base import Id, new_id
from models.catalogue import (
    Condition,
    FaultReport,
    Item,
    ItemAlias,
    ItemCondition,
    Medium,
    TakenNumber,
    Title,
    Trouble,
    Volume,
)
from models.circulation import (
    AgeBand,
    BorrowerKind,
    DueMove,
    Hold,
    HoldState,
    Loan,
    LoanEnd,
    Policy,
    Purpose,
    Reminder,
)
from models.journal import ActorKind, JournalRow
from models.people import Card, CardEnd, KeypadTry, Patron, PatronKind, Role, Sex, SignInTry, Staff, StaffSession, Suspension
from models.places import (
    AreaKind,
    District,
    Duty,
    FormerCode,
    FunctionPair,
    Hall,
    HouseRules,
    OpenItem,
    PersonInCharge,
    Room,
    RoomFunction,
    Sharing,
    Township,
)
from models.times import Closure, ClosureNotice, ClosureReason, Opening, OpeningSlot, Season

__all__ = [
    "ActorKind", "AgeBand", "AreaKind", "BorrowerKind", "Card", "CardEnd", "Closure", "ClosureNotice", "ClosureReason", "Condition",
    "District", "DueMove", "Duty", "FaultReport", "FormerCode", "FunctionPair", "Hall", "Hold", "HoldState", "HouseRules", "Id",
    "Item", "ItemAlias", "ItemCondition", "JournalRow", "KeypadTry", "Loan", "LoanEnd", "Medium", "OpenItem", "Opening",
    "OpeningSlot", "Patron", "PatronKind", "PersonInCharge", "Policy", "Purpose", "Reminder", "Role", "Room", "RoomFunction",
    "Season", "Sex", "Sharing", "SignInTry", "Staff", "StaffSession", "Suspension", "TakenNumber", "Title", "Township",
    "Trouble", "Volume", "new_id",
]
