"""Names from right to left keep to themselves in sentences: digits and signs beside them stay in their places."""

import msgspec
from playwright.sync_api import Page, expect

from tests.helpers import models
from tests.page.helpers import campaigns
from tests.page.helpers.audience import score
from tests.page.helpers.parts import await_confirmed, box
from tests.page.helpers.training_stub import Stub

ARABIC, HEBREW = "عملاء 2024", "לקוחות 12"
MIXED = """() => {
  const both = (text) => /[\\u0590-\\u08ff]/.test(text) && /[A-Za-z]/.test(text.replaceAll('.csv', ''));
  const alone = (text) => text.replace(/\\u2068[^\\u2069]*\\u2069|\\.csv/g, '');
  const wrong = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (both(alone(node.data)) || /[\\ufdd0\\ufdd1]/.test(node.data)) wrong.push(node.data);
    let line = node.parentElement;
    while (getComputedStyle(line).display === 'inline') line = line.parentElement;
    if (line === node.parentElement && /grid|flex/.test(getComputedStyle(line).display)) continue;
    const kept = line.contains(node.parentElement.closest('bdi, [dir]'));
    if (/[\\u0590-\\u08ff]/.test(alone(node.data)) && both(line.innerText) && !kept) wrong.push(line.innerText);
  }
  for (const node of document.querySelectorAll('*')) {
    for (const { name, value } of node.attributes) {
      if (!/^(aria-|title$|data-longest$|placeholder$)/.test(name)) continue;
      if (both(alone(value)) || /[\\ufdd0\\ufdd1]/.test(value)) wrong.push(`${name}: ${value}`);
    }
  }
  return [...new Set(wrong)];
}"""
"""Texts in which a name stands among words of the other direction, and is not isolated."""


def test_names_of_segments_features_files_and_customers_are_isolated_in_sentences(page, open_model):
    plain = models.square()
    features = [
        msgspec.structs.replace(plain.features[0], label=ARABIC, unit="ريال"),
        msgspec.structs.replace(plain.features[1], label=HEBREW),
    ]
    segments = [
        msgspec.structs.replace(segment, name=f"{(ARABIC, HEBREW)[place % 2]} {place}")
        for place, segment in enumerate(plain.segments)
    ]
    open_model(msgspec.structs.replace(plain, features=features, segments=segments))
    await_confirmed(page)
    box(page, HEBREW).fill("55")
    expect(page.get_by_text("is outside")).to_be_visible()
    page.get_by_role("heading", name="The segments", exact=True).scroll_into_view_if_needed()
    expect(page.locator("bdi").first).to_be_attached()
    assert page.evaluate(MIXED) == []
    rows = "".join(f"{ARABIC} {n},{n % 10},{n % 7}\n" for n in range(40))
    content = f"שם,{features[0].name},{features[1].name}\n{rows}{ARABIC},x,1\n".encode()
    file = {"name": f"{ARABIC}.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("Choose a CSV file").set_input_files(file)
    page.get_by_role("heading", name="Match the columns").wait_for()
    assert page.evaluate(MIXED) == []
    score(page)
    expect(page.get_by_text("0 can be found by their contacts")).to_be_visible()
    page.get_by_text("1 row without score").click()
    assert page.evaluate(MIXED) == []


def test_names_in_the_answers_to_a_campaign_are_isolated(visitor: Page, stub: Stub, tmp_path, monkeypatch):
    monkeypatch.setattr(campaigns, "SEGMENTS", (ARABIC, HEBREW, "New"))
    paths = campaigns.files(tmp_path)
    for number, (label, path) in enumerate(paths.items()):
        paths[label] = path.rename(path.with_name(f"{ARABIC} {number}.csv"))
    moved = {
        **campaigns.MOVED,
        "segments": [
            {"id": n, "slug": s, "name": name}
            for n, (s, name) in enumerate(zip(("champions", "at-risk", "new"), campaigns.SEGMENTS, strict=True))
        ],
    }
    moved["sentences"] = [f"10 net from {ARABIC} to {HEBREW}."] * 2
    measured = {**campaigns.MEASURED, "campaign": ARABIC, "segments": [campaigns.effect(HEBREW, 0.0, 0.2, 0.1)]}
    stub.answers = [[{"result": measured}], [{"result": moved}]]
    campaigns.choose(visitor, paths, "Assignment", "Orders")
    visitor.get_by_role("button", name="Compare the groups").click()
    expect(visitor.get_by_role("heading", name="What the campaign")).to_be_visible()
    assert visitor.evaluate(MIXED) == []
    visitor.get_by_role("button", name="Choose the two tables").click()
    for label in ("Then", "Now"):
        visitor.get_by_label(label, exact=True).set_input_files(paths[label])
    expect(visitor.get_by_text("Columns: Customer = customer_id")).to_have_count(len(paths))
    visitor.get_by_role("button", name="Compare the tables").click()
    expect(visitor.get_by_role("heading", name="Who moved between عملاء")).to_be_visible()
    assert visitor.evaluate(MIXED) == []
