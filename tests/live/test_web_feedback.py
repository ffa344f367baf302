"""A thumb under an answer, from the web channel through the action server into the app database."""

import sqlite3

import httpx


def test_a_thumb_is_kept_where_the_support_team_reads_it(stack):
    asked = {"key": "demo", "text": "how do I reset my password"}
    answer = httpx.post(f"{stack.rasa}/webhooks/web/chat", json=asked, timeout=60).json()
    rated = {
        "key": "demo", "session": answer["session"], "answer_id": answer["messages"][0]["answer"]["answer_id"],
        "helpful": False, "reason": "unclear", "comment": "कौन सा बटन?",
    }  # fmt: skip
    for comment in ("", "कौन सा बटन?"):
        response = httpx.post(f"{stack.rasa}/webhooks/web/feedback", json={**rated, "comment": comment}, timeout=60)
        assert response.status_code == 204
    with sqlite3.connect(stack.var / "app.db") as database:
        kept = database.execute(
            "SELECT tenant, rating, comment, language FROM feedback WHERE answer_id = ?", (rated["answer_id"],)
        ).fetchall()
    assert kept == [("demo", 1, "[unclear] कौन सा बटन?", "en")]
