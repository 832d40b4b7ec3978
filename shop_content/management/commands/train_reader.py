"""manage.py train_reader: learn the second reader's weights from labelled copy."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from shop_content import claims
from shop_content.claims import second_reader, training
from shop_content.management import labelled

_CLOSEST = 3


class Command(BaseCommand):
    """Sentences are seen as the first reader of the shipped rulebook sees them."""

    help = "Learn the second reader of a language from labelled units (JSON, one a line)."
    requires_system_checks = []  # noqa: RUF012 -- as Django declares it

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("corpora", nargs="+", metavar="CORPUS")
        parser.add_argument(
            "--closest",
            nargs="*",
            default=[],
            metavar="CORPUS",
            help=f"copy most like what is to be read: each sentence counts {_CLOSEST} times",
        )
        parser.add_argument("--language", required=True, choices=second_reader.LANGUAGES)
        parser.add_argument(
            "--threshold",
            type=float,
            default=0.8,
            help="log odds from which a sentence is shown to a person (default: %(default)s)",
        )
        parser.add_argument(
            "--folds",
            type=int,
            default=0,
            help="instead of writing weights, measure by so many parts of whole documents",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read every document, fit, and write the weights; or measure."""
        language, threshold = options["language"], options["threshold"]
        checker = claims.Checker(claims.read_rulebook(settings.FIXTURES_ROOT), second_reader=False)
        documents = [
            _Document(list(_examples(checker, language, units)), weight)
            for paths, weight in ((options["corpora"], 1), (options["closest"], _CLOSEST))
            for (code, _), units in labelled.documents(paths).items()
            if code == language
        ]
        examples = _all(documents)
        try:
            if options["folds"]:
                self._measure(documents, options["folds"], threshold)
                return
            model = training.train(examples, threshold)
            rules = checker.rulebook.languages[language]
            model["rules"] = sorted(second_reader.marks(rules).values())
        except ValueError as error:
            raise CommandError(f"{', '.join(options['corpora'])}: {error}") from error
        path = second_reader.DATA / f"reader_{language}.json"
        path.write_text(
            json.dumps(model, ensure_ascii=False, indent=0, sort_keys=True), encoding="utf-8"
        )
        self.stdout.write(
            f"{language}: {len(documents)} documents, "
            f"{sum(len(document.examples) for document in documents)} sentences, "
            f"{len(model['weights'])} weights, {path.stat().st_size:,} bytes"
        )

    def _measure(self, documents: list["_Document"], folds: int, threshold: float) -> None:
        """Print what the second reader would find in documents it was not trained on."""
        totals = {"first": [0, 0, 0], "both": [0, 0, 0]}
        clean = {"first": 0, "both": 0}
        number = right = guessed = 0
        for fold in range(folds):
            rest = _all(doc for n, doc in enumerate(documents) if n % folds != fold)
            reader = second_reader.SecondReader(training.train(rest, threshold))
            for document in (one.examples for one in documents[fold::folds]):
                harmless = not any(example.category for example in document)
                number += harmless * len(document)
                for example in document:
                    suspected = not example.settled and reader.suspects(
                        reader.weigh(example.features)
                    )
                    if suspected and example.category and not example.hit:
                        guessed += 1
                        right += reader.category(example.features) == example.category
                    for name, said in (
                        ("first", example.hit),
                        ("both", example.hit or suspected),
                    ):
                        clean[name] += harmless and said
                        totals[name][0] += said and bool(example.category)
                        totals[name][1] += said and not example.category
                        totals[name][2] += not said and bool(example.category)
        for name, (found, alarms, missed) in totals.items():
            self.stdout.write(
                f"{name}: F1 {2 * found / max(1, 2 * found + alarms + missed):.3f}, "
                f"precision {found / max(1, found + alarms):.3f}, "
                f"recall {found / max(1, found + missed):.3f}, "
                f"{clean[name]} of {number} sentences of clean documents"
            )
        self.stdout.write(f"right category among the suspected: {right} of {guessed}")


class _Document(NamedTuple):
    """The sentences of a document, and how often each counts."""

    examples: list[training.Example]
    weight: int


def _all(documents: Iterable[_Document]) -> list[training.Example]:
    return [one for document in documents for one in document.examples * document.weight]


def _examples(
    checker: claims.Checker, language: str, units: list[labelled.Unit]
) -> Iterator[training.Example]:
    """Yield the sentences of a document, each with the first category of its unit."""
    source, spans = labelled.render(units)
    part = claims.Part("body", "body", "html", source)
    sentences = checker.seen([part], language=language)
    surroundings = second_reader.Surroundings([seen for _, _, seen in sentences])
    for place, (start, end, seen) in enumerate(sentences):
        for unit, (from_, to) in zip(units, spans, strict=True):
            codes = labelled.codes(unit)
            if start < to and from_ < end and not (codes and set(codes) <= labelled.PRODUCT):
                yield training.Example(
                    features=second_reader.inner(seen) | surroundings.of(place),
                    text=unit["text"],
                    words=" ".join(token.word for token in seen.reading.sentence.tokens),
                    category=codes[0] if labelled.violates(unit) and codes else "",
                    hit=seen.hit,
                    settled=second_reader.settled(seen),
                )
                break
