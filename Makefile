# The commands of the house. Only `make run` and `make test` are needed to use and to trust it.
SHELL := /bin/bash
PY := .venv/bin/python
HALL_DATA_DIR ?= $(CURDIR)/.data/sample
# A hall on PostgreSQL needs the optional driver, and only then.
RUN_KIND := $(if $(filter postgres%,$(HALL_DATABASE_URL)),postgres,run)

.PHONY: help run dev test check format bench lock pictures
help:
	@echo 'make run    the sample village, kiosk on 8501 and staff page on 8502'
	@echo 'make test   everything, on SQLite and PostgreSQL, in a real Chromium'
	@echo 'make check  ruff, mypy, import-linter      make bench  the numbers (up to 20 minutes)'
	@echo 'make dev    the sample with hot reload     make lock   write the locks again'

run:
	@scripts/prepare.sh $(RUN_KIND)
	@HALL_DATA_DIR='$(HALL_DATA_DIR)' exec $(PY) manage.py run --sample

dev:
	@scripts/prepare.sh dev
	@HALL_DATA_DIR='$(HALL_DATA_DIR)' exec $(PY) manage.py run --sample --reload

test:
	@scripts/prepare.sh dev
	@HALL_DATA_DIR='$(CURDIR)/.data' $(PY) manage.py fonts
	@chromium=$$(scripts/chromium.sh) && HALL_CHROMIUM="$$chromium" $(PY) -m pytest -n 3 --dist worksteal $(ARGS)

check:
	@scripts/prepare.sh dev
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports

format:
	@scripts/prepare.sh dev
	$(PY) -m ruff format .

bench:
	@scripts/prepare.sh dev
	@chromium=$$(scripts/chromium.sh) && HALL_CHROMIUM="$$chromium" $(PY) -m bench $(ARGS)

pictures:
	@scripts/prepare.sh dev
	@chromium=$$(scripts/chromium.sh) && HALL_CHROMIUM="$$chromium" $(PY) scripts/pictures.py

# Needs uv (pip install uv). Locks carry hashes and name no registry; one set of versions serves all three.
LOCK := uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11
lock:
	$(LOCK) -o requirements.lock
	$(LOCK) --constraint requirements.lock --extra postgres -o requirements-postgres.lock
	$(LOCK) --constraint requirements.lock --extra dev -o requirements-dev.lock
