import { defineConfig } from "vitest/config"
import { shared } from "../../tooling/vitest.ts"

export default defineConfig({ test: shared })
