# Two commands on a fresh Debian 12 machine: `make demo` and `make test`. Everything else is for working on the project.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
JOBS ?= 2
PYTHON := /usr/bin/python3
export PYTHON

.PHONY: help build demo check test lint format fuzz bench reliability soak deb image clean deps-build deps-demo deps-test

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

deps-build deps-demo deps-test: deps-%:
	@scripts/install-deps.sh $*

build: deps-build ## the release binary, build/release/inferno-adapter
	@scripts/build.sh release inferno-adapter

demo: deps-demo ## watch four models go to zero, wake, grow and shrink (about 2 minutes; HOLD=1 keeps it running)
	@scripts/build.sh release inferno-adapter
	@scripts/demo.sh build/release/inferno-adapter

check: deps-test ## the quick loop: unit and integration tests of the release build
	@scripts/build.sh release
	@ctest --preset release -j $(JOBS) -L 'unit|integration'

test: deps-test ## everything CI runs: linters, all tests, sanitizers, short fuzzing, the demo
	@scripts/test.sh

lint: deps-test ## clang-format, clang-tidy and friends
	@scripts/lint.sh

format: deps-test ## format every C++ file
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format-19 -i

fuzz: deps-test ## every fuzz target for FUZZ_SECONDS (default 300)
	@scripts/fuzz.sh

bench: deps-test ## benchmarks; docs/performance.md says how to read them
	@scripts/bench.sh

reliability: deps-test ## the fault matrix, written to docs/reliability.md
	@scripts/reliability.sh

soak: deps-test ## a long run in a real control plane with churn and outages (SOAK_MINUTES, default 60)
	@scripts/soak.sh

deb: deps-build ## the Debian package, for this machine's release: build/packages/inferno-adapter_*.deb
	@scripts/build.sh release inferno-adapter
	@scripts/build-deb.sh

image: ## the image inferno-adapter:VERSION, with docker, podman or buildah
	@scripts/build-image.sh

clean: ## remove build output
	@rm -rf build
