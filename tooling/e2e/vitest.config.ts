import { defineConfig } from "vitest/config"
import { shared } from "../vitest.ts"

export default defineConfig({ test: shared })
