"""Number and key in whatever is pasted."""

import time

import pytest

from dsure import finding, keys
from dsure.finding import Found, search

NUMBER, OTHER = "14081-00001M", "14082-00002M"
KEY, OTHERS_KEY = keys.make(NUMBER), keys.make(OTHER)
MAIL = (
    "契約検査課　御中\nお世話になっております。保証契約番号は{number}、認証キーは「{key}」です。\n電話 0463-00-0000\n"
)


def wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


@pytest.mark.parametrize(
    "text",
    [
        f"{NUMBER} {KEY}",
        MAIL.format(number=NUMBER, key=keys.grouped(KEY)),
        wide(MAIL.format(number=NUMBER, key=keys.grouped(KEY))),
        f"保証契約番号\n\n{NUMBER}\n認証キー\n{keys.grouped(KEY).replace('-', ' ')}\n",
        f"abcd {keys.grouped(KEY)} efgh {NUMBER.lower().replace('-', '－')}",
        f"{'前置き' * 3000} {NUMBER} {KEY}",
    ],
    ids=["notice's code", "mail", "full width", "lines", "words around", "late in a long text"],
)
def test_a_pair_is_found_however_it_is_written(text):
    assert search(text) == Found(pairs=((NUMBER, KEY),))


def test_several_pairs_are_each_found_with_their_own_key():
    text = MAIL.format(number=NUMBER, key=KEY) + MAIL.format(number=OTHER, key=OTHERS_KEY)
    assert search(text) == Found(pairs=((NUMBER, KEY), (OTHER, OTHERS_KEY)))
    assert search(text * 3) == search(text)


def test_a_mistyped_key_is_no_pair_and_comes_back_as_it_stands():
    wrong = keys.grouped(KEY[:-1] + ("A" if KEY[-1] != "A" else "C"))
    assert search(f"番号 {NUMBER} 認証キー：{wrong}") == Found(number=NUMBER, key=wrong)
    assert search(f"番号 {NUMBER} 認証キー：Z0IO-UE4J-3AuX") == Found(number=NUMBER, key="Z0IO-UE4J-3AuX")


def test_what_is_alone_or_nothing():
    assert search(f"番号は{NUMBER}です") == Found(number=NUMBER)
    assert search(f"認証キー {KEY}") == Found(key=KEY)
    assert search(f"{NUMBER} と {OTHER}") == Found()
    assert not search("保証契約番号と認証キーは別途お知らせします 1234567890 guaranteeing")
    assert KEY not in repr(search(f"{NUMBER} {KEY}"))


@pytest.mark.parametrize(
    "hostile", ["abcd " * 4000, f"{NUMBER} " * 1500, "A" * 20_000, "\u0308" * 20_000, f"{NUMBER} AAAA-AAAA-AAAA " * 600]
)
def test_hostile_text_takes_no_time(hostile):
    started = time.process_time()
    search(hostile * 2)
    assert time.process_time() - started < 1
    assert len(hostile * 2) >= finding.LONGEST
