"""Answer a question from the documents, with sources."""

import argparse

from answering.answerer import Answerer
from answering.question import Question
from commands.output import chosen_tenant, print_json
from protocol.errors import BadRequest, TooLarge
from protocol.languages import LANGUAGES, identify
from protocol.messages import MAX_TEXT
from runtime.settings import Settings
from runtime.wiring import model_chain, open_knowledge


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question")
    parser.add_argument("--tenant", help="whose documents (default: demo)")
    parser.add_argument("--language", choices=LANGUAGES, help="answer in this language (default: the question's own)")


async def run(arguments: argparse.Namespace, settings: Settings) -> int:
    text = arguments.question.replace("\0", " ").strip()
    if not text:
        raise BadRequest("The question is empty.")
    if len(text) > MAX_TEXT:
        raise TooLarge(f"The question has {len(text):,} characters; at most {MAX_TEXT:,} are read.")
    tenant = chosen_tenant(settings, arguments.tenant)
    knowledge = open_knowledge(settings)
    answerer = Answerer(knowledge.search, knowledge.index, model_chain(settings), records=None)
    try:
        language = arguments.language or identify(text, tenant.language)
        answer = await answerer.answer(Question(tenant=tenant, text=text, language=language))
    finally:
        await answerer.close()
        await knowledge.close()
    if arguments.json:
        draft = answer.draft
        print_json(
            {
                "answer": answer.text,
                "language": answer.language,
                "refused": answer.refused,
                "confidence": round(answer.confidence, 4),
                "sources": [vars(source) for source in answer.sources],
                "model": draft.model,
                "fallback": draft.fallback,
                "cost_usd": draft.cost_usd,
                "tokens": {"in": draft.tokens_in, "out": draft.tokens_out},
                "stages_ms": dict(answer.stages_ms),
            }
        )
        return 0
    print(answer.text)
    for source in answer.sources:
        page = f", page {source.page}" if source.page else ""
        print(f"\n[{source.number}] {source.title}{page}  {source.url or source.id}")
    return 0
