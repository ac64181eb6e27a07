# What a newcomer, and the continuous integration, runs. After `make setup` plain `swift build`,
# `swift run -c release optimist` and `swift test` work as well.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# LibTorch's threads spin while they wait, unless told before it is loaded; beside any other busy
# process that costs a factor of ten.
export OMP_WAIT_POLICY := passive

# What `time` prints after a long step.
export TIMEFORMAT := (took %0R s)

SWIFT ?= swift
PYTHON := $(or $(OPTIMIST_PYTHON),.deps/python/bin/python)
REPORT := .build/test-report.xml
TEST := $(SWIFT) test -c release --disable-testable-imports --no-parallel --disable-xctest \
	--xunit-output $(REPORT)
SWIFT_FILES := Package.swift Sources Tests Examples $(wildcard Benchmarks)

.PHONY: help setup build test test-full demo benchmark docs format lint clean

help: ## Show this list
	@sed -n -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

setup: ## Install what is missing: system packages, LibTorch, Python with Gymnasium
	@time Scripts/setup.sh

build: setup ## Build the library and the command, optimized
	time $(SWIFT) build -c release

test: setup ## Build, check which target imports which, write the documentation, run the tests
	time $(SWIFT) build -c release --explicit-target-dependency-import-check error
	time Scripts/documentation.sh
	time $(TEST)
	@$(PYTHON) Scripts/check_test_report.py $(REPORT)
	time Scripts/check-versioned-dependency.sh

test-full: export OPTIMIST_FULL := 1
test-full: setup ## The same, trainings of minutes too, and a dependent package with tensors
	time $(SWIFT) build -c release --explicit-target-dependency-import-check error
	time Scripts/documentation.sh
	time $(TEST)
	@$(PYTHON) Scripts/check_test_report.py $(REPORT)
	time Scripts/check-versioned-dependency.sh --torch

demo: build ## Train PETS on the cart-pole swing-up, evaluate it, draw its learning curve
	@Scripts/demo.sh

benchmark: setup ## Measure speed against other libraries and against the machine's limit
	$(SWIFT) run -c release --package-path Benchmarks

docs: build ## Write the documentation pages; a broken link is an error
	Scripts/documentation.sh

format: ## Rewrite all Swift files in the house style
	$(SWIFT) format format --in-place --parallel --recursive $(SWIFT_FILES)

lint: ## Check that all Swift files are in the house style
	$(SWIFT) format lint --strict --parallel --recursive $(SWIFT_FILES)

clean: ## Remove what was built (.deps and runs/ stay)
	rm -rf .build Benchmarks/.build Examples/*/.build
