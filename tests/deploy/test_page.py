"""What goes into the page's bucket and what of it is obsolete, by hand; and which files go out at all."""

import gzip
import json
import re
import shutil
import subprocess

import pytest

from tests.helpers import tree
from tests.helpers.published import page
from tests.helpers.service import ROOT

README = (ROOT / "README.md").read_text()
A, B, C, D = (letter * 16 for letter in "abcd")


@pytest.fixture
def static(tmp_path):
    static = tmp_path / "static"
    (static / "ui").mkdir(parents=True)
    (static / "index.html").write_text(
        "<meta content=\"connect-src 'self' https://*.run.app http://localhost:*; base-uri 'none'\"><title>T</title>"
        '<link href="style.css"><a href="#top"></a><a href=""></a><a href="https://example.com/"></a>'
        '<script src="app.js"></script>'
    )
    for name in ("style.css", "app.js", "ui/index.html"):
        (static / name).write_text(name)
    return static


def stored(name, mark=""):
    return page.Stored(name, mark)


def test_all_but_index_html_stands_in_a_folder_named_by_its_content(static, tmp_path):
    version = page.build(static, tmp_path / "out", ["https://segment-uc.a.run.app"])
    names = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert names == {"index.html", *(f"{version}/{name}" for name in ("style.css", "app.js", "ui/index.html"))}
    assert page.digest(static) == version
    (static / "app.js").write_text("another")
    assert page.digest(static) != version


def test_index_html_names_the_version_and_both_functions_and_leaves_other_links(static, tmp_path):
    version = page.build(static, tmp_path / "out", ["https://segment-uc.a.run.app", "https://train-uc.a.run.app"])
    assert (tmp_path / "out/index.html").read_text() == (
        "<meta content=\"connect-src 'self' https://segment-uc.a.run.app https://train-uc.a.run.app; base-uri 'none'\">"
        "<title>T</title>\n"
        '  <link rel="preload" as="fetch" href="https://segment-uc.a.run.app/model" crossorigin="anonymous" '
        'referrerpolicy="no-referrer">'
        f'<link href="{version}/style.css"><a href="#top"></a><a href=""></a><a href="https://example.com/"></a>'
        f'<script src="{version}/app.js"></script>'
    )


@pytest.mark.parametrize(
    ("source", "sent"),
    [
        ("/** What it does. */\nlet x;\n", "\nlet x;\n"),
        ("a {\n  /* why\n   * so */ \n  color: red; /* warm */\n}", "a {\n\n\ncolor: red; /* warm */\n}"),
        ("let x = /** @type {{a: B}} */ (y); /** b */\n/** c */", "let x = (y); /** b */\n"),
        ("  /** @type {A} */ let x;\n/** @type {B} */\nlet y;", "let x;\n\nlet y;"),
        ("const x = '/* a */';\n// b", "const x = '/* a */';\n// b"),
    ],
)
def test_comments_and_indentation_stay_out_and_lines_keep_their_numbers(source, sent):
    assert page.condensed(source.encode()).decode() == sent


def test_nothing_is_left_out_of_a_text_of_the_page():
    for name in tree.outgoing("static/"):
        if name.endswith(".js"):
            source = (ROOT / name).read_text(encoding="utf-8")
            for line in page.condensed(source.encode()).decode().splitlines():
                assert line.count("`") % 2 == 0, f"{name}: {line}"  # no text goes over several lines
            for part in page.FOR_READERS.finditer(source):
                code = source[: part.start()].rpartition("\n")[2]
                assert code.count("'") % 2 == code.count("`") % 2 == 0, f"{name}: {part[0]}"


def test_the_real_index_html_asks_for_the_model_while_its_modules_are_loaded_and_is_as_long_as_stated(tmp_path):
    page.build(ROOT / "static", tmp_path / "out", ["https://segment-uc.a.run.app"])
    index = (tmp_path / "out/index.html").read_text()
    assert index.index("Content-Security-Policy") < index.index('/model"') < index.index("<script")
    row = re.search(r"`index.html` at \$0.0004 a thousand, (0\.\d+) MB at .*? \| (\d\.\d+) \|", README)
    assert float(row[1]) == pytest.approx(len(gzip.compress(index.encode())) / 1e6, abs=1e-4)
    assert float(row[2]) == round(0.4 + float(row[1]) * 120, 2)


@pytest.mark.parametrize("address", ["", "http://a.run.app", "https://a.run.app; script-src *", 'https://a"'])
def test_an_address_that_is_none_gets_into_no_policy(static, tmp_path, address):
    with pytest.raises(ValueError, match="a function's address: expected https:// and a host"):
        page.build(static, tmp_path / "out", ["https://segment-uc.a.run.app", address])


def test_what_has_no_mark_or_a_mark_of_another_place_is_foreign():
    objects = [
        stored("index.html", A),
        stored(f"{A}/app.js", A),
        stored("app.js"),
        stored("x.csv", A),
        stored(f"{B}/a"),
    ]
    assert page.foreign(objects) == ["app.js", "x.csv", f"{B}/a"]


@pytest.mark.parametrize(
    ("before", "version", "after"),
    [
        ("", A, A),
        (A, B, f"{B} {A}"),
        (f"{C} {B} {A}", D, f"{D} {C} {B}"),
        (f"{C} {B} {A}", C, f"{C} {B} {A}"),  # put there once more
        (f"{C} {B} {A}", A, f"{A} {C} {B}"),  # put there again
    ],
)
def test_index_html_is_marked_with_its_version_and_the_two_that_it_was_of_before(before, version, after):
    objects = [stored(f"{A}/app.js", A), stored("index.html", before)]
    assert page.mark(objects, version) == after
    assert page.mark(objects[:1], version) == version


def test_what_index_html_was_not_of_is_obsolete_as_is_a_version_whose_upload_was_stopped():
    versions = [stored(f"{name}/app.js", name) for name in (A, B, C, D)]
    objects = [stored("index.html", f"{D} {C}"), *versions, stored("x")]
    assert page.obsolete(objects) == [f"{A}/app.js", f"{B}/app.js"]


def test_gcloud_s_listing_is_read():
    listing = [
        {"name": f"{A}/app.js", "custom_fields": {"segment-page": A}},
        {"name": "x"},
    ]
    assert [(each.name, each.ours) for each in page.read_objects(json.dumps(listing))] == [
        (f"{A}/app.js", True),
        ("x", False),
    ]
    assert page.read_objects("") == []


def listed(folder, *names):
    script = 'works() { "$@" >/dev/null 2>&1; }; source .deploy/gcloud.sh; list_files "$@"'
    done = subprocess.run(["bash", "-c", script, "-", *names], cwd=folder, capture_output=True, text=True, check=True)
    return sorted(done.stdout.splitlines())


@pytest.fixture
def unpacked(tmp_path):
    """Return the project's files as an archive has them, and two that are not the project's."""
    for name in [".deploy/gcloud.sh", ".deploy/files.txt", "deploy.sh", *tree.files()]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("static/customers.csv", "function/secret.py"):
        (tmp_path / name).write_text("1")
    return tmp_path


def test_the_list_of_names_is_up_to_date():
    again = "git ls-files function static training >.deploy/files.txt"
    files = [name for name in tree.files() if name.startswith(("function/", "static/", "training/"))]
    assert (ROOT / ".deploy/files.txt").read_text().splitlines() == files, again


def test_without_git_the_list_of_names_decides_what_goes_out(unpacked):
    assert listed(unpacked, "static", "function") == tree.outgoing("function/", "static/")


@pytest.mark.git
def test_in_a_checkout_only_what_git_tracks_goes_out(unpacked):
    (unpacked / ".deploy/files.txt").unlink()
    tracked = [name for name in tree.files() if name != ".deploy/files.txt"]
    for command in (["init", "--quiet"], ["add", *tracked]):
        subprocess.run(["git", *command], cwd=unpacked, check=True)
    (unpacked / "static/app.js").unlink()
    assert listed(unpacked, "static") == [name for name in tree.outgoing("static/") if name != "static/app.js"]
