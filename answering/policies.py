"""What a tenant's assistant must not do, as rules that no model has a say in: give medical advice, promise refunds, explain other firms' products.

A question that asks for it is declined before anything is searched; a draft loses the sentences that do it, before anybody reads them.
"""

# ruff: noqa: E501  (a pattern is read as a whole)

import re
from collections.abc import Sequence

from answering.citations import sentences
from protocol.tenants import Tenant
from retrieval.documents import Chunk

_END = r"(?![\w\u0900-\u097f])"
_START = r"(?<![\w\u0900-\u097f])"
_MEDICINE = (
    r"(?:medicines?|tablets?|capsules?|syrups?|drops|injections?|drugs?|pills?|doses?|dawai?|dawa|goli(?:ya)?|dava(?:i)?|"
    r"दवा(?:ई|इयां|इयाँ)?|गोली|गोलियां|सिरप|टैबलेट|इंजेक्शन|खुराक)"
)
_ILLNESS = (
    r"(?:fever|cough|cold|headache|pain|infection|diabetes|sugar|blood pressure|bp|acidity|vomiting|loose motions?|diarrh?oea|asthma|rash|allergy|"
    r"bukha+r|khansi|khaansi|sardi|dard|gale|ulti|dast|zukam|jukam|bimari|sujan|"
    r"बुखार|खांसी|खाँसी|सर्दी|दर्द|उल्टी|दस्त|जुकाम|शुगर|बीपी|बीमारी|एसिडिटी|सूजन|गले)"
)
_PERSON = r"(?:child(?:ren)?|kids?|baby|bab(?:y|ies)|infant|year old|pregnan\w*|breast\s?feed\w*|patient ko|bachch?[eoa]|बच्च[ेाों]+|मरीज|गर्भ\w*|गर्भावस्था)"
_TAKE = r"(?:take|taking|took|eat|swallow|give|giving|lena|leni|lein|le sakte|le sakta|le sakti|len[ei]|khana|khani|khaye|khaya|dena|deni|de sakte|लेना|लेनी|लें|ले सकते|खाना|खाने|खानी|खाएं|देना|देनी|दें|दे सकते)"


def _near(*parts: str) -> re.Pattern[str]:
    """All parts, in any order, within one message."""
    ahead = "".join(rf"(?=.*{_START}{part}{_END})" for part in parts)
    return re.compile(rf"^{ahead}", re.IGNORECASE | re.DOTALL)


_MEDICAL_QUESTION = (
    re.compile(rf"{_START}(?:side[ -]?effects?|dosage|overdose|साइड इफेक्ट|खुराक){_END}", re.IGNORECASE),
    re.compile(rf"{_START}(?:is|are)\b.*\bsafe\b.*{_PERSON}", re.IGNORECASE),
    _near(r"(?:safe|surakshit|सुरक्षित)", _PERSON, rf"(?:{_TAKE}|{_MEDICINE}|goli)"),
    _near(_ILLNESS, _MEDICINE, rf"(?:{_TAKE}|which|what|suggest|best|good|kaun\s?s[ai]\w*|konsi|achh?i|कौन|अच्छी|बताओ|बताइए|suitable)"),
    _near(_ILLNESS, r"(?:kitn[ei]|how (?:many|much)|कितन[ेी])", _TAKE),
    _near(_MEDICINE, _PERSON, r"(?:how (?:many|much)|kitn[eia]|कितन[ेीा]|which|kaunsi|कौन)"),
    _near(_PERSON, _TAKE, r"(?:how (?:many|much)|kitn[eia]|कितन[ेीा]|mg|ml)"),
    _near(r"(?:before|after|khane|khali|empty|खाने|खाली)", r"(?:food|meals?|stomach|se pehle|pehle|ke baad|pet|पहले|बाद|पेट)", rf"(?:{_MEDICINE})", _TAKE),
    _near(_MEDICINE, r"(?:together|saath|sath|साथ)", r"(?:take|taking|eat|lena|le sakte|le sakta|khana|kha sakte|लेना|ले सकते|खा सकते)"),
    _near(r"(?:patient|mareez|marij|मरीज)", r"(?:instead|substitute|ki jagah|badle|की जगह|बदले)", _MEDICINE),
)  # fmt: skip
_MEDICAL_ADVICE = re.compile(
    r"\btake (?:\w+ ){0,4}(?:tablets?|capsules?|pills?|mg|ml|doses?)\b|\b\d+\s*(?:mg|ml)\b.{0,30}\b(?:times? (?:a|per) day|daily|twice|thrice|every \w+ hours)\b"
    r"|\b(?:tablets?|capsules?|doses?|pills?)\b.{0,25}\b(?:times? (?:a|per) day|daily|twice|thrice|every \w+ hours)\b"
    r"|\b(?:safe|recommended|good|helps?)\b.{0,30}\b(?:pregnan\w+|children|fever|cough|cold|pain|infection)\b|\bside effects? (?:are|include|of)\b"
    r"|\b(?:din me|roz|subah|shaam)\b.{0,25}\b(?:goli|tablet|dawai?)\b|\b(?:goli|tablet|dawai?)\b.{0,25}\b(?:lein|le lo|khayein|khaye|kha lo)\b"
    r"|(?:गोली|टैबलेट|दवा|खुराक).{0,25}(?:लें|खाएं|लीजिए|ले लो)|दिन में.{0,15}बार",
    re.IGNORECASE,
)
_REFUND = r"(?:refund\w*|money back|reimburse\w*|paisa wapas|paise wapas|रिफंड|रीफंड|पैसा वापस|पैसे वापस)"
_PROMISE = re.compile(
    rf"\b(?:we|i|our team)\b.{{0,20}}\b(?:will|'ll|shall|can|have|am going to|are going to|guarantee|promise)\b.{{0,40}}{_REFUND}"
    rf"|\byou(?:'ll| will| are going to| shall)\b.{{0,40}}{_REFUND}|\b(?:your|a full|the)\s+{_REFUND}\b.{{0,30}}\b(?:approved|confirmed|guaranteed|processed|on its way|assured|initiated|will)\b"
    rf"|{_REFUND}.{{0,15}}\b(?:guaranteed|approved|confirmed|assured)\b|\bguarantee\w*\b.{{0,20}}{_REFUND}"
    rf"|\b(?:aapk[oa]|aapke|apko|hum|main)\b.{{0,40}}{_REFUND}.{{0,30}}\b(?:mil jayega|mil jaega|milega|denge|kar denge|kar dunga|ho jayega|pakka|de diya)\b"
    rf"|(?:आपको|आपका|आपके|हम|मैं).{{0,40}}{_REFUND}.{{0,30}}(?:मिल जाएगा|मिल जाएंगे|मिलेगा|मिलेंगे|देंगे|कर देंगे|दूंगा|हो जाएगा|पक्का)",
    re.IGNORECASE,
)  # fmt: skip


def declined(text: str, tenant: Tenant) -> str:
    """The policy by which a question isn't answered at all, "" when it may be."""
    if "medical_advice" in tenant.policies and any(pattern.search(text) for pattern in _MEDICAL_QUESTION):
        return "medical_advice"
    return ""


def of_another_product(text: str, tenant: Tenant, passages: Sequence[Chunk]) -> bool:
    """Whether a question is about another firm's product of which none of the passages speaks.

    A name of one word may be a word as well ("the sales don't tally", "the line is busy"): it names a product where one works in it.
    """
    named = [name for name in tenant.other_products if _speaks_of(name, text)]
    shown = "\n".join(f"{chunk.title}\n{chunk.text}" for chunk in passages)
    return bool(named) and not any(_names(name.split()[0], shown) for name in named)


def kept(draft: str, tenant: Tenant, passages: Sequence[Chunk]) -> str:
    """A draft without the sentences that break a policy; what a passage says word for word is the tenant's own word."""
    shown = " ".join(" ".join(chunk.text.split()) for chunk in passages)
    lines = draft.split("\n")
    return "\n".join(" ".join(one for one in sentences(line) if not _breaks(one, tenant, shown)) for line in lines)


def _breaks(sentence: str, tenant: Tenant, shown: str) -> bool:
    plain = re.sub(r"\s*\[\d{1,2}\]", "", sentence).strip()
    if not plain or plain in shown:
        return False
    if "refund_promises" in tenant.policies and _PROMISE.search(plain):
        return True
    return "medical_advice" in tenant.policies and bool(_MEDICAL_ADVICE.search(plain))


def _speaks_of(name: str, text: str) -> bool:
    if " " in name:
        return _names(name, text)
    before, after = (
        r"(?:in|into|from|to|with|on|of|using)\s+",
        r"\s+(?:me|mein|se|ka|ki|ke|ko|pe|par|app|software|erp|prime|में|से|का|की|के|को|पर|सॉफ्टवेयर)",
    )
    word = re.escape(name)
    return bool(re.search(rf"{_START}(?:{before}{word}|{word}{after}){_END}", text, re.IGNORECASE))


def _names(name: str, text: str) -> bool:
    return bool(re.search(rf"{_START}{re.escape(name)}{_END}", text, re.IGNORECASE))
