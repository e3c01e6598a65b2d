import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    // Only against hanging: a busy machine is no failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    include: ["test/**/*.test.ts"],
    reporters: ["default", "json"],
    outputFile: { json: ".vitest/results.json" },
  },
})
