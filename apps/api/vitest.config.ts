import { fileURLToPath } from "node:url"
import { cloudflareTest } from "@cloudflare/vitest-plugin"
import { defineConfig } from "vitest/config"

const limits = {
  // Only against hanging: a busy machine is no failure.
  testTimeout: 120_000,
  hookTimeout: 120_000,
}

const local = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  test: {
    reporters: ["default", "json"],
    outputFile: { json: ".vitest/results.json" },
    projects: [
      {
        test: {
          ...limits,
          name: "node",
          // Most of a test's time is that of the programs it waits for.
          maxWorkers: 3,
          include: ["test/**/*.test.{ts,tsx}"],
          exclude: ["test/workers/**"],
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.jsonc" },
            miniflare: {
              bindings: {
                DWELL_ADMIN_KEY:
                  "dwell_0123456789abcdef_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                DWELL_REQUESTS_PER_MINUTE: "1000000",
                DWELL_ORIGINS: "https://board.example",
                DWELL_LARGEST_BODY: "10000000",
              },
            },
          }),
        ],
        resolve: {
          alias: {
            "@standard-community/standard-json": local("src/openapi/standardJson.ts"),
            "@standard-community/standard-openapi": local("src/openapi/standardOpenapi.ts"),
          },
        },
        test: { ...limits, name: "workers", include: ["test/workers/**/*.test.ts"] },
      },
    ],
  },
})
