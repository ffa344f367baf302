"""A server with Cohere's `/rerank`: it finds a passage the better, the more often a word stands in it."""

from tests.fakes.http_server import Call, HttpServer, Reply


class RerankServer(HttpServer):
    """`word` is what it looks for; `leaves_out` drops that many results."""

    def __init__(self) -> None:
        super().__init__()
        self.word = "sunday"
        self.leaves_out = 0

    def handle(self, call: Call) -> Reply:
        asked = call.json()
        if call.path != "/v1/rerank" or asked["model"] != "judge-1":
            return Reply({"message": "no such model"}, 404)
        scores = [text.lower().count(self.word) / 10 for text in asked["documents"]]
        results = [{"index": number, "relevance_score": score} for number, score in enumerate(scores)]
        results.sort(key=lambda result: -result["relevance_score"])
        return Reply({"id": "1", "results": results[: asked["top_n"] - self.leaves_out]})
