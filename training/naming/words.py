"""What the segments are called and what a shop can do for them: the words, apart from the rules in `naming`.

Each entry is name, description, action; one line each, written to be read beside one customer.
"""

from function.model import Verdict

VERDICTS: dict[Verdict, str] = {
    "natural": (
        "Natural segments: the customers fall into these groups by themselves, and other customers of the same kind "
        "would too. Take them as kinds of customers."
    ),
    "reproducible": (
        "Reproducible segments: the same division comes out each time, but no gaps lie between its parts. Use it for "
        "plans and campaigns, and treat customers near a border alike on either side."
    ),
    "constructed": (
        "Constructed segments: one of many possible divisions, and other customers of the same kind would be divided "
        "in another way. Use it to order your customers roughly, and do not speak of kinds of customers."
    ),
}
"""What segments are, and what that means for their use."""

INCOME_AND_SCORE = {
    ("high", "high"): (
        "High-Spending Target",
        "Earns well and likes spending with you: the customers most shops wish they had more of.",
        "Look after them first: early access, personal service and a good reason to come back.",
    ),
    ("high", "low"): (
        "Careful",
        "Earns well but spends little with you so far: takes convincing, and is worth it.",
        "Lead with quality and proof, such as reviews, guarantees and advice, rather than discounts.",
    ),
    ("middle", "middle"): (
        "Standard",
        "Income and spending are both close to those of your average customer.",
        "Keep them with steady service and a simple loyalty reward, and notice who begins to spend more.",
    ),
    ("low", "high"): (
        "Careless",
        "Enjoys shopping with you and spends generously, on a smaller income than most.",
        "Thank them with points and good-value bundles; go easy on credit and on pressure to buy.",
    ),
    ("low", "low"): (
        "Frugal",
        "Chooses thoughtfully and spends little, on a smaller income than most.",
        "Offer everyday value: essentials, clear prices and small bundles that save real money.",
    ),
    ("high", "middle"): (
        "Comfortable",
        "Earns well and spends about as much with you as your average customer.",
        "Suggest one step up: a better version of what they already buy.",
    ),
    ("low", "middle"): (
        "Modest",
        "Spends about as much as your average customer, on a smaller income than most.",
        "Keep prices clear, and thank them for coming back with savings they can use.",
    ),
    ("middle", "high"): (
        "Keen",
        "Spends more with you than most, on an average income.",
        "Tell them about new things first, with a reward that grows from visit to visit.",
    ),
    ("middle", "low"): (
        "Reserved",
        "Spends less with you than most, on an average income.",
        "Find out what is missing: make one relevant offer, then ask how it was.",
    ),
}
"""Levels of (annual income, spending score) -> words."""

RFM_WORDS = {
    "Champions": (
        "Bought very recently, buy often and spend the most: your best customers.",
        "Thank them in person, show them new things first, and ask them for a review or a recommendation.",
    ),
    "Loyal": (
        "Come back regularly and spend well.",
        "Suggest things that go with what they buy, and let a loyalty reward grow with them.",
    ),
    "Potential loyalists": (
        "Bought recently and more than once: on the way to becoming regulars.",
        "Invite them to your loyalty scheme and recommend what regulars like.",
    ),
    "New": (
        "Bought very recently, and little or only once so far.",
        "Welcome them, help them get the most from the first purchase, and make the second one easy.",
    ),
    "Promising": (
        "Bought fairly recently, but little so far.",
        "Stay in touch: useful tips, and a small offer on a next purchase.",
    ),
    "Need attention": (
        "Average in how recently, how often and how much they buy, and could go either way.",
        "Make a relevant offer for a limited time, based on what they bought before.",
    ),
    "About to sleep": (
        "Their last purchase is a while ago, and they never bought much.",
        "Remind them with popular products or a small discount before they forget you.",
    ),
    "At risk": (
        "Were good customers, but have not been back for some time.",
        "Write to them personally, with something they liked and a reason to return.",
    ),
    "Can't lose": (
        "Were among your best customers, and have been away for long.",
        "Win them back in person: call, listen, put right what went wrong, and make a generous offer.",
    ),
    "Hibernating": (
        "Bought a little, some time ago.",
        "Send an occasional reminder with a popular product; spend no more than that on them.",
    ),
    "Lost": (
        "Bought little, and longer ago than nearly everyone else.",
        "Try one last win-back message, then save your effort for the others.",
    ),
}
"""Name -> description, action."""

RFM_GRID = (
    ("Lost", "Lost", "At risk", "Can't lose", "Can't lose"),
    ("Hibernating", "Hibernating", "At risk", "At risk", "Can't lose"),
    ("About to sleep", "About to sleep", "Need attention", "Loyal", "Loyal"),
    ("Promising", "Potential loyalists", "Potential loyalists", "Loyal", "Champions"),
    ("New", "Potential loyalists", "Potential loyalists", "Champions", "Champions"),
)
"""Rows: recency from longest ago to most recent; columns: frequency and monetary from least to most."""

AVERAGE = (
    "Average",
    "Close to your average customer in everything measured.",
    "Treat them as your baseline: try new ideas here, and compare the other segments with them.",
)

STANDING_OUT_ACTION = (
    "Ask what these customers need ({what}), try one offer on a few of them, and measure before you widen it."
)
