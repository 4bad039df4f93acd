"""Words of Chinese text for spaCy, by rjieba: the same words as jieba, in time linear in the length of the text.

spaCy's own Chinese tokenizer swallows spaces into the token before and slows down with the square of the length.
Here every character, white space too, belongs to exactly one token: `doc.text == text`, and the position of a token is its `idx`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacy.tokens import Doc
from spacy.util import DummyTokenizer, registry

from jimei_kb.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable

    from spacy.language import Language
    from spacy.vocab import Vocab


class RjiebaTokenizer(DummyTokenizer):  # the base class brings pipe, to_disk and to_bytes: there is nothing to save
    """Text to Doc, one token a word.

    Parameters
    ----------
    vocab
        The vocabulary of the pipeline.
    hmm
        Whether to guess words that the dictionary lacks (names of people and places).
    """

    def __init__(self, vocab: Vocab, *, hmm: bool = True) -> None:
        self.vocab = vocab
        self.hmm = hmm

    def __call__(self, text: str) -> Doc:
        """The words of `text`: 每季度｜至少｜召开｜1｜次.

        Raises FormatError for a text that UTF-8 cannot hold (half of a surrogate pair), since no Doc can hold it either.
        """
        import rjieba  # here, since its dictionary is loaded with it

        try:
            words = rjieba.cut(text, self.hmm)
        except UnicodeEncodeError as error:
            raise FormatError(
                f"character {error.start} of the text is {text[error.start]!r}, half of a surrogate pair; "
                "expected whole characters: decode the file again, with its own encoding"
            ) from error
        return Doc(self.vocab, words=words, spaces=[False] * len(words))


@registry.tokenizers("jimei_kb.RjiebaTokenizer.v1")  # type: ignore[untyped-decorator]  # catalogue has no types
def make_rjieba_tokenizer(*, hmm: bool = True) -> Callable[[Language], RjiebaTokenizer]:
    """What spaCy's config calls for `@tokenizers = "jimei_kb.RjiebaTokenizer.v1"`."""

    def make(nlp: Language) -> RjiebaTokenizer:
        return RjiebaTokenizer(nlp.vocab, hmm=hmm)

    return make
