"""The few ways in which the kit says no: each message tells what was found, where, what was expected and what to do."""

from __future__ import annotations

import errno
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_REASONS: Mapping[int | None, str] = MappingProxyType(
    {
        errno.ENOENT: "没有这个文件或文件夹",
        errno.EACCES: "没有权限",
        errno.EPERM: "系统不允许",
        errno.EISDIR: "是文件夹，不是文件",
        errno.ENOTDIR: "路径中有一段是文件，不是文件夹",
        errno.EEXIST: "已有同名的文件或文件夹",
        errno.ENOTEMPTY: "文件夹不是空的",
        errno.ENOSPC: "磁盘已满",
        errno.EDQUOT: "超出磁盘限额",
        errno.EROFS: "所在的磁盘是只读的",
        errno.ENAMETOOLONG: "名称太长",
        errno.ELOOP: "链接首尾相接",
        errno.EBUSY: "正被别的程序占用",
        errno.EIO: "磁盘读写出错",
        errno.EMFILE: "打开的文件太多",
        errno.ENXIO: "不是普通文件",
    }
)


def reason_of(error: OSError) -> str:
    """Why the system refused a file, in Chinese: 没有权限."""
    return _REASONS.get(error.errno, f"系统报告错误 {error.errno}（{error.strerror or error}）")


def line_of(error: Exception) -> str:
    """Where a parser met its fault: （第 3 行）; nothing where it does not say."""
    mark = getattr(error, "problem_mark", None)
    return f"（第 {mark.line + 1} 行）" if mark is not None else ""


class KbError(Exception):
    """Base of every error the kit raises on purpose."""


class FormatError(KbError):
    """A file cannot be read as a notice (missing, empty, binary, undecodable, too long, no notice)."""


class RuleError(KbError):
    """A rule file is malformed or one of its examples fails."""


class GraphError(KbError):
    """A knowledge base is missing, damaged or inconsistent with its own text."""


class ResultsError(KbError):
    """A result cannot be written in the form that was asked for, or a package for it is missing."""


class SchemeError(KbError):
    """A scoring scheme is malformed, or what is known of a unit does not fit its rules."""
