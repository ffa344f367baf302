# The app half: the action server, the console and the command line.
FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends tesseract-ocr tesseract-ocr-hin curl \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements/app.txt requirements/app.txt
RUN pip install --no-cache-dir -r requirements/app.txt
COPY protocol protocol
COPY runtime runtime
COPY answering answering
COPY retrieval retrieval
COPY ocr ocr
COPY tickets tickets
COPY erp erp
COPY customers customers
COPY leads leads
COPY reviews reviews
COPY actions actions
COPY console console
COPY commands commands
COPY widget/dist widget/dist
COPY tenants tenants
COPY knowledge knowledge
ENV PYTHONPATH=/app PYTHONUNBUFFERED=1 SAHAYAK_VAR=/var/lib/sahayak SAHAYAK_HOST=0.0.0.0
# the embedding model is made once, into the image; the volume is filled from it
RUN python -m retrieval.e5_convert /var/lib/sahayak/models/e5-small \
    && useradd --uid 10001 --home-dir /var/lib/sahayak sahayak && chown -R sahayak /var/lib/sahayak
USER sahayak
VOLUME /var/lib/sahayak
CMD ["python", "-m", "actions"]
