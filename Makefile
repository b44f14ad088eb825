# What a person does with this repository. `make help` lists it.

SWIFT ?= swift
export WARREN_RABBITMQ_ROOT ?= /opt/rabbitmq-4/root

.PHONY: help demo setup build test examples test-rabbitmq4 bench lint clean
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## /  make \1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-24s%s\n", $$1, $$2 }'

demo: setup ## from nothing to a counted corpus and a picture, with workers killed on the way
	scripts/demo

setup: ## install the system packages that are missing, if any
	@scripts/setup

build: setup ## the program, in release mode: .build/release/warren
	$(SWIFT) build -c release --static-swift-stdlib --product warren

test: setup lint ## everything: style, all tests (against a real broker), the example packages
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build
	WARREN_ORDERS=1000000 WARREN_BINARY=$(CURDIR)/.build/release/warren \
	    $(SWIFT) test -c release --filter 'LedgerOrders|submitterOfALargePicture'
	@$(MAKE) --no-print-directory examples

# They share one build folder, so that what they depend on is built once.
examples: setup ## build the packages below Examples
	@for package in $(wildcard Examples/*/Package.swift); do \
	    echo "building $$(dirname $$package)"; \
	    $(SWIFT) build --package-path "$$(dirname $$package)" --scratch-path .build/examples || exit 1; \
	done

test-rabbitmq4: setup ## the tests that need a broker, against RabbitMQ 4.0 (as root: it runs in a chroot)
	scripts/rabbitmq-4 "$(WARREN_RABBITMQ_ROOT)"
	WARREN_RABBITMQ=Tests/RabbitMQ4 $(SWIFT) test --filter BrokerTests

bench: setup ## speed and memory, beside C programs that do the same
	Benchmarks/run

lint: ## the style, as .swift-format has it
	$(SWIFT) format lint --strict -r $(wildcard Sources Tests Examples Package.swift)

clean: ## remove everything that was built
	rm -rf .build Benchmarks/bin
