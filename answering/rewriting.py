"""What a customer means by a follow-up: told by a small model when there is one, by rule when there is none or it fails."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from answering.chain import ModelChain
from answering.conversation import recent
from answering.follow_up import leans, standalone
from answering.language_check import speaks
from answering.llm import Prompt
from answering.preview import Preview
from answering.question import Question, Step
from retrieval.codes import codes_in

_LONGEST = 300  # characters of a question; a model that writes more answers it


class Rewriter:
    """Makes questions that stand alone."""

    def __init__(self, chain: ModelChain | None) -> None:
        self._chain = chain

    async def rewrite(self, question: Question) -> tuple[Question, tuple[Step, ...]]:
        """The question as it is searched and answered, `typed` kept beside when that differs; and what asking a model took."""
        said = recent(question.said)
        if not said or not leans(question.text):
            return question, ()
        by_rule = standalone(question.text, said)
        steps: tuple[Step, ...] = ()
        text = by_rule
        if self._chain is not None:
            prompt = _prompt(question, "\n".join(f"{message.speaker}: {message.text}" for message in said))

            async def judge(written: str) -> str:
                known = set(codes_in(f"{prompt.user} {by_rule}".upper()))
                if len(written) > _LONGEST or "\n" in written.strip() or not set(codes_in(written.upper())) <= known:
                    return "no question"
                return "" if speaks(question.language, written) else "language"

            preview = Preview(_unread, None)
            written = await self._chain.write(lambda tokens: prompt, "small", preview, judge)
            steps = tuple(replace(step, name=f"rewrite {step.name}") for step in written.steps)
            text = written.text.strip() or by_rule
        if text == question.text:
            return question, steps
        return replace(question, text=text, typed=question.text), steps


async def _unread(text: str) -> str:
    """Nobody reads along: nothing is checked on the way."""
    return text


def _prompt(question: Question, said: str) -> Prompt:
    user = f"<conversation>\n{_fenced(said)}\n</conversation>\n\n<question>\n{_fenced(question.text)}\n</question>"
    return Prompt(system=_template(), user=user, version="rewrite-1")


def _fenced(text: str) -> str:
    return text.replace("<", "‹").replace(">", "›")


@cache
def _template() -> str:
    return Path(__file__).with_name("prompts").joinpath("rewrite-1.txt").read_text("utf-8")
