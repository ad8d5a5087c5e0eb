"""How likely words are in encodings of scripts other than Latin."""

import pytest

from training.files.encodings.scripts import MARGIN, likelihoods

WORDS = {
    "cp1251": "Нижний Пётр Ольга Харків Софія Ниш",
    "koi8_r": "Нижний Пётр Ольга Екатеринбург Омск",
    "koi8_u": "Київ Львів Олександр Євген Наталія",
    "mac_greek": "Αλέξανδρος Πειραιάς Λάρισα Βόλος Χανιά Άννα",
    "cp866": "Нижний Ольга Екатеринбург Омск Казань",
    "iso8859_5": "Нижний Ольга Екатеринбург Омск Казань",
    "mac_cyrillic": "Нижний Ольга Екатеринбург Омск Казань",
    "cp1253": "Αλέξανδρος Πειραιάς Λάρισα Βόλος Χανιά Άννα",
    "iso8859_7": "Αλέξανδρος Πειραιάς Λάρισα Βόλος Χανιά Άννα",
    "cp737": "Αλέξανδρος Πειραιάς Λάρισα Βόλος Χανιά",
    "cp1255": "ירושלים חיפה דוד רחל אשדוד תל-אביב נתניה",
    "cp862": "ירושלים חיפה דוד רחל אשדוד תל-אביב נתניה",
    "cp1256": "محمد فاطمة الرياض جدة بيروت",
    "cp874": "กรุงเทพ เชียงใหม่ ภูเก็ต สมหญิง ขอนแก่น",
    "gb18030": "张三 李四 王五 深圳 杭州 重庆 西安 消费",
    "big5": "陳大文 李小龍 台中市 許功蓋 花蓮",
    "cp932": "山田 横浜市 なまえ カタカナ 株式会社 東京都",
    "euc_jp": "山田 横浜市 なまえ カタカナ 株式会社 東京都",
    "cp949": "김철수 이영희 박지성 서울특별시 광주 울산",
}


def likely(words):
    logs = likelihoods(words)
    return [name for name in logs if logs[name] > max(logs.values()) - MARGIN]


@pytest.mark.parametrize("encoding", WORDS)
def test_a_handful_of_words_leaves_no_doubt(encoding):
    assert likely([word.encode(encoding) for word in WORDS[encoding].split()]) == [encoding]


@pytest.mark.parametrize("encoding", ["iso8859_5", "mac_cyrillic"])
def test_ukrainian_is_told_in_encodings_of_all_cyrillic(encoding):
    assert likely([word.encode(encoding) for word in WORDS["koi8_u"].split()]) == [encoding]


@pytest.mark.parametrize(("word", "encoding"), [("北京", "gb18030"), ("고객", "cp949"), ("山田", "euc_jp")])
def test_a_single_word_of_common_characters_may_be_of_several(word, encoding):
    assert encoding in likely([word.encode(encoding)])
    assert len(likely([word.encode(encoding)])) > 1


@pytest.mark.parametrize("word", ["ьма", "иВАН", "хчшщ", "Иванov"])  # noqa: RUF001
def test_what_nobody_writes_is_no_word_of_an_alphabet(word):
    assert "cp1251" not in likelihoods([word.encode("cp1251")])
