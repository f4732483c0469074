"""A number where it stands: what the extractor's rules look at."""

import re
from dataclasses import dataclass

from chengzai.plan import _phrases as say
from chengzai.plan._document import Clause
from chengzai.plan._frames import Frame, items
from chengzai.plan._mentions import Mention


@dataclass(frozen=True)
class Reading:
    """One mention where it stands: its clause, sentence, segment and list item, and the quantity it begins."""

    mention: Mention
    clause: Clause
    sentence: Frame
    segment: Frame
    item: Frame
    quantity: re.Match[str] | None
    looking_back: bool = False

    @property
    def before(self) -> str:
        """The text of the segment up to the number."""
        return self.segment.text[: self.mention.start - self.segment.start]

    @property
    def after(self) -> str:
        """The text of the segment behind the number and its unit."""
        return self.segment.text[self.quantity_end - self.segment.start :]

    @property
    def quantity_end(self) -> int:
        """The offset behind the number with its unit."""
        read = self.segment.start + self.quantity.end() if self.quantity else 0
        return max(read, self.mention.end)

    @property
    def unit(self) -> str:
        """The unit as written, scale and percent included."""
        if self.quantity is None:
            return ""
        q = self.quantity
        return f"{q['scale']}{q['percent'] or q['unit']}"


def read_mention(mention: Mention, clause: Clause, sentence: Frame, segment: Frame, *, looking_back: bool) -> Reading:
    """Return a mention with its frames and the quantity that begins at it."""
    item = next((i for i in items(segment) if i.covers(mention.start)), segment)
    quantity = say.QUANTITY.match(segment.text, mention.start - segment.start)
    return Reading(mention, clause, sentence, segment, item, quantity, looking_back)
