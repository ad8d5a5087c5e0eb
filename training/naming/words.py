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
        "Your best customers: they order often, spend a lot and were here more recently than most.",
        "Thank them in person, show them new things first, and ask them for a review or a recommendation.",
    ),
    "Loyal": (
        "Come back again and again, and spend more than most.",
        "Suggest things that go with what they buy, and let a loyalty reward grow with them.",
    ),
    "Potential loyalists": (
        "Ordered more than once, and more recently than most: on the way to becoming regulars.",
        "Invite them to your loyalty scheme and recommend what regulars like.",
    ),
    "New": (
        "Ordered most recently of all, and only once so far.",
        "Welcome them, help them get the most from the first purchase, and make the second one easy.",
    ),
    "Promising": (
        "Ordered more recently than most, and only once so far.",
        "Stay in touch: useful tips, and a small offer on a next purchase.",
    ),
    "Need attention": (
        "Ordered more than once, spent more than most, and are not among the latest to come back.",
        "Make a relevant offer for a limited time, based on what they bought before.",
    ),
    "About to sleep": (
        "Ordered once or spent little, and are not among the latest to come back.",
        "Remind them with popular products or a small discount before they forget you.",
    ),
    "At risk": (
        "Ordered more than once and spent more than most, but have been away for longer than most.",
        "Write to them personally, with something they liked and a reason to return.",
    ),
    "Can't lose": (
        "Ordered often and spent a lot, but have been away for longer than most.",
        "Win them back in person: call, listen, put right what went wrong, and make a generous offer.",
    ),
    "Hibernating": (
        "Ordered once or spent little, longer ago than most.",
        "Send an occasional reminder with a popular product; spend no more than that on them.",
    ),
    "Quiet longest": (
        "Ordered once or spent little, and are among those who have been away longest.",
        "Try one last win-back message, then save your effort for the others.",
    ),
}
"""Name -> description, action. What they say holds of the median member, by the rule in `rfm`."""

APART = ("lower", "middle", "higher")
"""Places of segments that share a name, by the feature in which they differ most."""

RFM_APART = {
    "recency_days": ("more recent", "", "longer ago"),
    "frequency": ("fewer orders", "", "more orders"),
    "monetary": ("lower spending", "middle spending", "higher spending"),
}
"""The same for segments of orders; empty where a number says it better."""

AVERAGE = (
    "Average",
    "Close to your average customer in everything measured.",
    "Treat them as your baseline: try new ideas here, and compare the other segments with them.",
)

STANDING_OUT_ACTION = (
    "Ask what these customers need ({what}), try one offer on a few of them, and measure before you widen it."
)
