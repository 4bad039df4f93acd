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
        ("empty.txt", b"", "是空的"),
        ("blank.txt", b" \n\t\n", "是空的"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "不是文本："),
        ("broken.txt", "通知".encode() + b"\xff\xfe\xfa", "不能按 gb18030"),
        ("halved.txt", codecs.BOM_UTF16_LE + "通知".encode("utf-16-le")[:-1], "不能按 utf-16"),
        ("english.txt", b"Dear all, please find attached the minutes.", "只有 0 个汉字"),
        ("poem.txt", "床前明月光，疑是地上霜。举头望明月，低头思故乡。".encode(), "没有文号、标题、主送机关、日期或编号的条款"),
        ("notice.pdf", b"%PDF-1.7", "能读的格式有 .md、.txt"),
        ("notice", NOTICE.encode(), "扩展名是 空的"),
        ("long.txt", b"a" * (MAX_BYTES + 1), "字节；一份通知最多"),
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
    assert any(word in message for word in ("应", "能读的", "最多"))
    assert "；请" in message, "it says what to do"


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(FormatError, match="没有这个文件"):
        read_document(tmp_path / "gone.txt")
    with pytest.raises(FormatError, match="是文件夹"):
        read_document(tmp_path)


def test_a_section_torn_out_of_a_notice_is_read(tmp_path):
    path = tmp_path / "section.txt"
    path.write_text("补助标准：按照规定，对象为农村人口。申请由各单位负责，组织实施监督检查。", encoding="utf-8")

    assert [clause.id for clause in read_document(path).clauses] == ["前言"]


def test_suffixes_are_lower_case():
    assert set(READERS) == {suffix.lower() for suffix in READERS}
