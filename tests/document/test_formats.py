"""Files → raw text, and the ways in which a file is none."""

from __future__ import annotations

import codecs

import pytest

from jimei_kb.document import read_document
from jimei_kb.document.formats import MAX_BYTES, READERS, read_raw
from jimei_kb.errors import FormatError

NOTICE = "关于做好防汛工作的通知\n各社区居委会：\n一、加强值守。落实24小时值班制度。\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (NOTICE.encode("utf-8"), "utf-8"),
        (codecs.BOM_UTF8 + NOTICE.encode("utf-8"), "utf-8-sig"),
        (NOTICE.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + NOTICE.encode("utf-16-be"), "utf-16"),
        (NOTICE.encode("gb18030"), "gb18030"),
        (NOTICE.encode("gbk"), "gb18030"),
    ],
)
def test_the_encoding_is_found_out(tmp_path, data, encoding):
    path = tmp_path / "notice.txt"
    path.write_bytes(data)

    document = read_document(path)

    assert (document.raw, document.encoding, document.slug) == (NOTICE, encoding, "notice")
    assert document.head.title == "关于做好防汛工作的通知"


def test_the_digest_is_of_the_bytes(tmp_path):
    path = tmp_path / "notice.md"
    path.write_bytes(b"\xef\xbb\xbf" + NOTICE.encode())

    assert read_raw(path).sha256 == __import__("hashlib").sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b" \n\t\n", "is empty"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "is no text: byte 0x"),
        ("broken.txt", "通知".encode() + b"\xff\xfe\xfa", "cannot be decoded as gb18030"),
        ("halved.txt", codecs.BOM_UTF16_LE + "通知".encode("utf-16-le")[:-1], "cannot be decoded as utf-16"),
        ("english.txt", b"Dear all, please find attached the minutes.", "0 Chinese characters"),
        ("poem.txt", "床前明月光，疑是地上霜。举头望明月，低头思故乡。".encode(), "no number, title, recipients, date or numbered clause"),
        ("notice.pdf", b"%PDF-1.7", "known formats are .md, .txt"),
        ("notice", NOTICE.encode(), "no suffix"),
        ("long.txt", b"a" * (MAX_BYTES + 1), "bytes; expected a notice of at most"),
    ],
)
def test_what_is_no_notice_is_refused(tmp_path, name, data, says):
    path = tmp_path / name
    path.write_bytes(data)

    with pytest.raises(FormatError) as caught:
        read_document(path)

    message = str(caught.value)
    assert says in message
    assert message.startswith(str(path))
    assert message.endswith(".")
    assert message.count(". ") >= 1, "it says what to do"


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(FormatError, match="no such file"):
        read_document(tmp_path / "gone.txt")
    with pytest.raises(FormatError, match="is a folder"):
        read_document(tmp_path)


def test_a_section_torn_out_of_a_notice_is_read(tmp_path):
    path = tmp_path / "section.txt"
    path.write_text("补助标准：按照规定，对象为农村人口。申请由各单位负责，组织实施监督检查。", encoding="utf-8")

    assert [clause.id for clause in read_document(path).clauses] == ["前言"]


def test_suffixes_are_lower_case():
    assert set(READERS) == {suffix.lower() for suffix in READERS}
