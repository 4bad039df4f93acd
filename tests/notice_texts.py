"""Texts made of the pieces that notices are made of, in no sensible order: what any reader must survive."""

from __future__ import annotations

from hypothesis import strategies as st

PIECES = st.sampled_from(
    [
        *[
            "一、",
            "（一）",
            "1.",
            "1．",
            "(2)",
            "①",
            "第一条 ",
            "第二章",
            "附件",
            "附件1：",
            "：",
            "。",
            "，",
            "；",
            "\n",
            "\n\n",
            "\r\n",
            "\f",
            "　　",
            "— 3 —",
            "\n12\n",
        ],
        *[
            "2024年1月1日",
            "二○二四年一月一日",
            "安全生产",
            "关于做好工作的通知",
            "各单位：",
            "《",
            "》",
            "（",
            "）",
            "<p>",
            "</p>",
            "<br>",
            "&emsp;",
            "&lt;",
        ],
        *[
            "&bad;",
            "**",
            "# ",
            "- ",
            "\t",
            "抄送：区安办",
            "印发",
            "\u200d",
            "\ufeff",
            "[表](./a.md)",
            "x",
            "3.5%",
            "厦府〔2024〕1 号",
            "办公室",
            "\x00",
            "𠮷",
            "\ud800",
        ],
    ]
)
TEXTS = st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=200)
