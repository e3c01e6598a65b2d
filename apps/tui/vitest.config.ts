import { defineConfig } from "vitest/config"
import { shared } from "../../tooling/vitest.ts"

export default defineConfig({
  test: {
    ...shared,
    // Most of a test's time is that of the programs it waits for.
    maxWorkers: 3,
    include: ["test/**/*.test.{ts,tsx}"],
  },
})
