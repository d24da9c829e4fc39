# Every command a contributor needs. `make` alone lists them.
MODULES     := . redisstore memcachestore pgbus jwt compat/djangopassword examples/django cmd/coatcheck lab
GOLANGCI    := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
FUZZTIME    ?= 60s
# What runs without the race detector: see docs/design.md.
PLAIN       := races|browser|nearcache|memcached|linear|flasksession|flaskexample|django[a-z]*
# What can't be tested so: formats that are signed or named by MD5 and SHA-1, and tests
# on a fake clock in which many goroutines ask for randomness, which has to be seeded.
NOFIPS      := compat/flasksession|compat/django/djangostore|examples/flask|nearcache|cached|kv/kvtest
FUZZTARGETS  = $(shell grep -rlE '^func Fuzz' --include='*_test.go' . | sort)

.PHONY: help
help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: demo
demo: ## run the demo on http://127.0.0.1:8080
	go run ./cmd/coatcheck demo

.PHONY: test
test: needs check race alone fips ## everything that must be green; installs what it needs

.PHONY: needs
needs:
	@scripts/install-test-needs.sh

.PHONY: check
check: ## formatting and vet
	@bad=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$bad" ] || { echo "not gofmt'ed:"; echo "$$bad"; exit 1; }
	@for m in $(MODULES); do (cd $$m && go vet ./...) || exit 1; done

.PHONY: race
race: ## all tests of all modules, under the race detector
	@for m in $(filter-out lab,$(MODULES)); do (cd $$m && go test -race -shuffle=on ./...) || exit 1; done
	cd lab && go test -race -shuffle=on $$(go list ./... | grep -vE '/($(PLAIN))$$')
	cd lab && go test -p 3 $$(go list ./... | grep -E '/($(PLAIN))$$') # they wait most of the time

.PHONY: django
django: needs ## 1,000 random sessions each way for each pair of engine, server and Django (25 minutes; `make test` has 40)
	cd lab && COATCHECK_DJANGO_SESSIONS=1000 go test -timeout 60m ./djangostore ./django

.PHONY: alone
alone: ## each module and its tests compile without the workspace
	@for m in $(MODULES); do (cd $$m && GOWORK=off go vet ./...) || exit 1; done

.PHONY: fips
fips: ## the root's tests with nothing but FIPS 140-3 cryptography
	GODEBUG=fips140=only go test $$(go list ./... | grep -vE '/($(NOFIPS))$$')

.PHONY: lint
lint: ## golangci-lint
	@for m in $(MODULES); do (cd $$m && go run $(GOLANGCI) run ./...) || exit 1; done

.PHONY: fuzz
fuzz: ## each fuzz target for FUZZTIME (60s)
	@for f in $(FUZZTARGETS); do for t in $$(grep -oE '^func Fuzz[A-Za-z0-9_]+' $$f | cut -c6-); do \
		echo "== $$t in $$(dirname $$f)"; \
		(cd $$(dirname $$f) && go test -run '^$$' -fuzz "^$$t\$$" -fuzztime $(FUZZTIME) .) || exit 1; \
	done; done

.PHONY: bench
bench: ## compare with other libraries and write docs/benchmarks.md
	go run ./lab/bench -md docs/benchmarks.md

.PHONY: million
million: ## measure a million sessions in Redis and PostgreSQL and write docs/operations.md
	go run ./lab/million -md docs/operations.md

.PHONY: shape
shape: ## sizes of the root package's files, code against tests
	@wc -l *.go | sort -n
