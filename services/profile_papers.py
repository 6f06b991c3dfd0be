"""The hall as it stands on one A4 sheet: stages with dates, photos of before and after, rooms, the service share and its changes."""

import io
from typing import Any, Final

from PIL import Image

from models import PhotoMoment
from services import clock, papers
from services.hall_profile import STAGES, Profile, Share
from services.words import Words

_SIDE: Final = 720
_SHARES: Final = 6


def sheet(profile: Profile, pictures: dict[PhotoMoment, bytes], words: Words) -> bytes:
    """Set it as PDF; of each moment the newest photo."""
    small = {moment.value: list(_small(jpeg)) for moment, jpeg in pictures.items()}
    return papers.pdf("profile", {**facts(profile, words), "pictures": small})


def facts(profile: Profile, words: Words) -> dict[str, Any]:
    """Give all the words on the sheet."""
    say = words.say
    reached = {step.stage: step for step in reversed(profile.steps)}
    now = STAGES.index(profile.stage)
    stages = [
        [
            say(f"stage.{stage}"),
            words.long_day(clock.local_day(reached[stage].at)) if stage in reached and place <= now else "",
            place <= now,
        ]
        for place, stage in enumerate(STAGES)
    ]
    rows = [
        [
            page.shape.name,
            say(f"area_kind.{page.shape.area_kind}"),
            str(page.shape.area_m2),
            str(page.shape.capacity),
            "、".join(page.functions),
        ]
        for page in profile.rooms
    ]
    return {
        "title": say("profile.title"), "hall": profile.name,
        "facts": [[say(f"profile.{name}"), value] for name, value in _known(profile)],
        "stages": stages, "moments": [[moment.value, say(f"profile.moment.{moment}")] for moment in PhotoMoment],
        "none": say("profile.no_photo"),
        "heads": [say(f"profile.{name}") for name in ("room", "kind", "area", "heads", "functions")], "rows": rows,
        "share": say("profile.share", percent=profile.shares[0].percent, service=profile.shares[0].service_m2),
        "shares": [share_line(share, words) for share in profile.shares[:_SHARES]], "changes": say("profile.shares"),
        "unity": say("profile.whole", room=profile.unity.room) if profile.unity.whole else say("room_desk.not_whole"),
        "signs": [f"{say('field.filled_by')}：____________", f"{say('profile.stamp')}：____________"],
    }  # fmt: skip


def share_line(share: Share, words: Words) -> str:
    """Write a share with the day from which it held."""
    since = words.say("profile.since", day=words.long_day(share.since)) if share.since else words.say("profile.at_first")
    return words.say("profile.share_line", since=since, percent=share.percent, service=share.service_m2, office=share.office_m2)


def _known(profile: Profile) -> list[tuple[str, str]]:
    return [(name, value) for name, value in (
        ("code", profile.code), ("address", profile.address), ("owner", profile.owner), ("phone", profile.phone),
    ) if value]  # fmt: skip


def _small(jpeg: bytes) -> bytes:
    with Image.open(io.BytesIO(jpeg)) as opened:
        opened.thumbnail((_SIDE, _SIDE))
        out = io.BytesIO()
        opened.convert("RGB").save(out, "JPEG", quality=80)
    return out.getvalue()
