"""The formatting of WhatsApp and of Telegram."""

from html import escape

from connectors.markup import Style

WHATSAPP = Style(
    escape=lambda text: text,
    bold=lambda text: f"*{text}*" if text.strip() else text,
    italic=lambda text: f"_{text}_",
    code=lambda text: f"```{text}```",
    block=lambda text: f"```{text}```",
    link=lambda label, url: url if label == url else f"{label} ({url})",
)
TELEGRAM = Style(  # https://core.telegram.org/bots/api#html-style
    escape=lambda text: escape(text, quote=False),
    bold=lambda text: f"<b>{text}</b>",
    italic=lambda text: f"<i>{text}</i>",
    code=lambda text: f"<code>{text}</code>",
    block=lambda text: f"<pre>{text}</pre>",
    link=lambda label, url: f'<a href="{escape(url)}">{label}</a>',
)
