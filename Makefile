# The commands of the project. Each does its own set-up (scripts/setup.sh).
.DEFAULT_GOAL := help
.PHONY: help run test check fmt bench hunt fuzz setup

help: ## 列出命令 · list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## 编译，生成示例县，测评并写出申报表 · build, make the demo county, evaluate it, write the forms
	@scripts/run.sh

test: ## 全部检查与测试，即持续集成所做 · every check and test, the same as in CI
	@scripts/test.sh all

check: ## 提交前的快速检查，不运行测试 · quick checks before a commit, no tests
	@scripts/test.sh quick

fmt: ## 整理代码格式 · format the code
	@cargo fmt --all

bench: ## 性能基准，数字记入 docs/benchmarks.md · benchmarks; figures go to docs/benchmarks.md
	@scripts/setup.sh run
	@cargo bench --locked --workspace --bench '*'

hunt: ## 用没试过的随机例子检验各条性质，共 ROUNDS 轮（默认 10） · every property with new random cases
	@scripts/hunt.sh $(or $(ROUNDS),10)

fuzz: ## 模糊测试，每个目标 SECONDS 秒（默认 60），可只给 TARGET · fuzz every TARGET for SECONDS (default 60)
	@scripts/fuzz.sh $(or $(SECONDS),60) $(TARGET)

setup: ## 只做准备：系统软件包与工具 · only the set-up: system packages and tools
	@scripts/setup.sh test
