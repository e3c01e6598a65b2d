import { defineConfig } from "vitest/config"
// By its path: `@dwell/testing` needs this package.
import { reporting, shared } from "../../tooling/testing/src/vitest.ts"

export default defineConfig({ test: { ...shared, ...reporting } })
