import { reporting, shared } from "@dwell/testing/vitest"
import { defineConfig } from "vitest/config"

// The tools that the tests start are busy with all cores by themselves.
export default defineConfig({ test: { ...shared, ...reporting, maxWorkers: 1 } })
