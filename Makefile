# Two commands do it all: `make run` and `make test`. Each sets up what it needs.
.DEFAULT_GOAL := help
.PHONY: help setup run test train lint bench eval

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make both environments and the embedding model
	@bin/setup

run: ## set up, train and ingest when needed, then serve until Ctrl-C
	@bin/run

test: ## set up what tests need and run them all
	@bin/test

train: ## train the Rasa model
	@bin/setup && bin/train

lint: ## lint, types and import rules
	@bin/lint

bench: ## measure speed
	@bin/setup --dev && bin/bench

eval: ## measure the quality of search and answers
	@bin/setup && bin/eval
