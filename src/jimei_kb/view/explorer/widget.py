"""The explorer as a widget for JupyterLab: rows in, what a person chose out.

anywidget is imported by this module, and this module by whoever shows an explorer.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from jimei_kb.view.explorer.fallback import show_whole
from jimei_kb.view.explorer.labels import load_labels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jimei_kb.view.shown import Shown

MOST = 40


class Explorer(anywidget.AnyWidget):
    """Clause tree, marked text and neighbourhood graph of a base in one view.

    `selected` is the id of the chosen node (`duty:…`, `clause:集街办〔2024〕46号#消防工作方面/六`), `quotation` the chosen place
    [document, clause, start, end, quote], `query` what is searched, `most` how many nodes are drawn: each can be read,
    set and observed. Where no widget can live (an export, a notebook that is not trusted) a static view stands in its place.
    """

    data = traitlets.Dict().tag(sync=True)
    labels = traitlets.Dict().tag(sync=True)
    language = traitlets.Unicode("zh").tag(sync=True)
    left_out = traitlets.Int(0).tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)
    quotation = traitlets.Dict().tag(sync=True)
    query = traitlets.Unicode("").tag(sync=True)
    most = traitlets.Int(MOST, min=1).tag(sync=True)

    def __init__(
        self, data: Mapping[str, Sequence[Mapping[str, Any]]], *, selected: str = "", left_out: int = 0, language: str = "zh"
    ) -> None:
        """`data` has `blocks`, `nodes` and `edges` as rows; raises ValueError for a language without labels."""
        labels = load_labels(language)
        super().__init__(data=dict(data), labels=labels, language=language, selected=selected, left_out=left_out)

    # read when an explorer is made, not when the module is imported
    @property
    def _esm(self) -> str:
        return _resource("explorer.js")

    @property
    def _css(self) -> str:
        return _resource("explorer.css")

    @traitlets.validate("selected")
    def _known(self, proposal: Mapping[str, str]) -> str:
        wanted = proposal["value"]
        if wanted and all(node["id"] != wanted for node in self.data["nodes"]):
            raise traitlets.TraitError(f"没有节点 {wanted!r}；应为 data['nodes'] 中某一行的 id")
        return wanted

    @property
    def selection(self) -> dict[str, Any] | None:
        """The row of the chosen node, with `edges`, the rows of all that joins it; None where nothing is chosen."""
        node = next((node for node in self.data["nodes"] if node["id"] == self.selected), None)
        if node is None:
            return None
        return {**node, "edges": [edge for edge in self.data["edges"] if self.selected in (edge["source"], edge["target"])]}

    def _shown(self) -> Shown:
        return show_whole(self.data, self.left_out, self.labels)

    def __repr__(self) -> str:
        """The documents and what joins things in them, as text."""
        return self._shown().text

    def _repr_mimebundle_(self, **options: Any) -> Any:
        shown = self._shown()
        bundle, metadata = super()._repr_mimebundle_(**options) or ({}, {})
        return {**bundle, "text/plain": shown.text, "text/html": shown.html}, metadata


def _resource(name: str) -> str:
    return resources.files("jimei_kb.view.explorer").joinpath(name).read_text(encoding="utf-8")
