"""Reading a table from a file piece by piece, and making batches of it."""

import base64
import gzip

import pytest

from tests.helpers.cases import load
from tests.training.files.test_archive import LOCKED, READ, SEVERAL, TABLE, named

COUNT = """async (parts) => {
  const { Table } = await import('/customers/table/table.js');
  const table = await Table.open(new File(parts.map(([row, times]) => row.repeat(times)), 'x.csv'));
  try {
    return await table.count();
  } catch (error) {
    return error.message;
  }
}"""


def test_a_table_of_more_than_a_million_rows_is_refused(blank):
    assert blank.evaluate(COUNT, [["x\n", 1], ["1\n", 1_000_000]]) == 1_000_000
    assert "more than 1,000,000 rows" in blank.evaluate(COUNT, [["x\n", 1], ["1\n", 1_000_001]])


def test_a_table_that_only_begins_with_short_rows_is_not_refused(blank):
    long = "1" * 100 + "\n"
    assert blank.evaluate(COUNT, [["x\n", 1], ["1\n", 200_000], [long, 100_000]]) == 300_000


@pytest.mark.parametrize(
    ("text", "line_break"),
    [
        ('a\n"x\r\ny"\n2\n', "\n"),
        ('"a\nb"\r\n1\r\n2\r\n', "\r\n"),
        ("a\r1\r2", "\r"),
    ],
)
def test_lines_end_as_most_of_the_file_does(blank, text, line_break):
    opened = """async (text) => {
      const { Table } = await import('/customers/table/table.js');
      return (await Table.open(new File([text], 'x.csv'))).lineBreak;
    }"""
    assert blank.evaluate(opened, text) == line_break


UNPACK = """async (text) => {
  const { Table } = await import('/customers/table/table.js');
  try {
    const file = new File([Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))], 'export.csv.gz');
    const { name, header, sample } = (await Table.open(file)).describe();
    return [name, header, ...sample];
  } catch (error) {
    return error.message;
  }
}"""


def unpacked(blank, data):
    return blank.evaluate(UNPACK, base64.b64encode(data).decode())


@pytest.mark.parametrize("kind", READ)
def test_a_table_in_an_archive_is_read_as_in_training(blank, kind):
    data, name = READ[kind]
    name = name.rpartition("/")[-1] or "export.csv"
    assert unpacked(blank, data) == [name, ["id", "age"], ["C0", "20"], ["C1", "41"]]


def test_an_archive_of_other_than_one_table_is_refused_with_what_to_do(blank):
    packed = gzip.compress(TABLE.encode())
    expected = {
        SEVERAL: "Expected one file in the archive, found a.csv, b.csv. Unpack it, and choose one of them.",
        LOCKED: "This archive has a password.",
        packed[:-9]: "This archive cannot be unpacked. Is it complete?",
        packed + b"more": "This archive cannot be unpacked.",
        gzip.compress(packed): "This is not a text file.",
        named("."): "Expected one file in the archive, found none.",
        named(""): "Expected one file in the archive, found none.",
        SEVERAL[:-30]: "This is a workbook or an archive.",
        gzip.compress(b""): "The file is empty",
    }
    for data, message in expected.items():
        assert message in unpacked(blank, data)


@pytest.mark.parametrize(("width", "largest"), [(2, 10_000), (16, 10_000), (40, 4000)])
def test_a_batch_never_exceeds_what_the_function_reads(blank, width, largest):
    sizes = """async (width) => {
      const { Batches } = await import('/customers/table/batches.js');
      const features = Array.from({ length: width }, (_, i) => ({ name: `größe_${i}`, unit: '', offset: null }));
      const cells = features.map((_, i) => `-1.2345678901234567e-3${String(i).padStart(2, '0')}`);
      const rows = Array.from({ length: 21_000 }, (_, i) => ({ line: i + 2, cells }));
      const table = { header: cells, async *blocks() { yield { rows, read: 1 }; } };
      const sources = features.map((_, column) => ({ column, decimal: '.', factor: 1 }));
      const batches = new Batches(table, features, sources);
      const found = [];
      for (let batch = await batches.next(); batch; batch = await batches.next()) {
        found.push([batch.rows.length, JSON.stringify(Array.from(batch.values)).length]);
      }
      return found;
    }"""
    found = blank.evaluate(sizes, width)
    assert sum(rows for rows, _ in found) == 21_000
    assert max(rows for rows, _ in found) == largest
    assert all(size <= 4_000_001 for _, size in found)


def test_rows_in_another_currency_than_those_above_are_left_out_with_their_reason(blank):
    refusals = """async () => {
      const { Batches } = await import('/customers/table/batches.js');
      const rows = ['5', '$ 5', '6 €', '$ 7'].map((cell, index) => ({ line: index + 2, cells: [cell] }));
      const table = { header: ['worth'], async *blocks() { yield { rows, read: 1 }; } };
      const features = [{ name: 'worth', unit: '', offset: null, min: 0, max: 9 }];
      const batches = new Batches(table, features, [{ column: 0, decimal: '.', factor: 1 }]);
      return [[...(await batches.next()).values], batches.refusals];
    }"""
    assert blank.evaluate(refusals) == [[5, 5, 7], [{"line": 4, "reason": "other-unit", "feature": 0}]]


def test_a_first_row_longer_than_a_piece_is_waited_for(blank):
    read = """async () => {
      const { Table } = await import('/customers/table/table.js');
      const table = await Table.open(new File([`a;b\\n"${'x'.repeat(900000)}";2\\n3;4\\n`], 'x.csv'));
      return [table.delimiter, table.sample[0][0].length, table.sample[0][1]];
    }"""
    assert blank.evaluate(read) == [";", 900_000, "2"]


def test_a_character_is_never_cut_where_the_file_is_read_in_pieces(blank):
    read = """async () => {
      const { Table } = await import('/customers/table/table.js');
      const names = Array.from({ length: 40000 }, (_, row) => `${'x'.repeat(row % 7)}Zoë 정 𝄞 "" end`);
      const file = new File([`name\\n${names.map((name) => `"${name}"`).join('\\n')}`], 'x.csv');
      const found = [];
      for await (const { rows } of (await Table.open(file)).blocks()) found.push(...rows.map((row) => row.cells[0]));
      return found.length === 40000 && found.every((cell, row) => cell === names[row].replace('""', '"'));
    }"""
    assert blank.evaluate(read)


def test_titles_above_the_names_are_left_out_as_in_training(blank):
    read = """(texts) => Promise.all(texts.map(async (text) => {
      const { Table } = await import('/customers/table/table.js');
      const table = await Table.open(new File([text], 'x.csv'));
      return [table.delimiter, table.titleRows, table.titles, await table.count()];
    }))"""
    cases = load("title_rows")["files"]
    lines = [len(case["text"].replace("\n\n", "\n").splitlines()) - case["above"] - 1 for case in cases]
    told = [[case["delimiter"], case["above"], case["names"], rows] for case, rows in zip(cases, lines, strict=True)]
    assert blank.evaluate(read, [case["text"] for case in cases]) == told


def test_text_of_four_bytes_a_letter_is_no_text_of_two(blank):
    detect = """async (bytes) => {
      const { detectEncoding } = await import('/customers/table/decoding.js');
      const opened = detectEncoding(new Blob([new Uint8Array(bytes)]));
      return opened.then(({ encoding }) => encoding, ({ message }) => message);
    }"""
    assert blank.evaluate(detect, [*"a,b".encode("utf-16")]) == "utf-16le"
    assert blank.evaluate(detect, [*"a,b".encode("utf-32")]).startswith("This is not a text file.")
