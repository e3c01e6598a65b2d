import { reporting, shared } from "@dwell/testing/vitest"
import { defineConfig } from "vitest/config"

export default defineConfig({ test: { ...shared, ...reporting } })
