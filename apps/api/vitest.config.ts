import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    // Only against hanging: a busy machine is no failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Most of a test's time is that of the programs it waits for.
    maxWorkers: 3,
    include: ["test/**/*.test.{ts,tsx}"],
    reporters: ["default", "json"],
    outputFile: { json: ".vitest/results.json" },
  },
})
