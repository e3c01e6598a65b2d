import { fileURLToPath } from "node:url"
import { cloudflareTest } from "@cloudflare/vitest-plugin"
import { make } from "@dwell/emulator"
import { reporting, shared } from "@dwell/testing/vitest"
import { Response } from "miniflare"
import { defineConfig } from "vitest/config"

const credentials = { username: "api-user", password: "api-key" }

const vendor = make({ ...credentials, agents: 6, days: 2 })

const local = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  test: {
    ...reporting,
    projects: [
      {
        test: {
          ...shared,
          name: "node",
          exclude: ["test/workers/**"],
        },
      },
      {
        plugins: [
          cloudflareTest({
            // The built Worker.
            wrangler: { configPath: "./wrangler.jsonc" },
            miniflare: {
              bindings: {
                DWELL_ADMIN_KEY:
                  "dwell_0123456789abcdef_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                DWELL_REQUESTS_PER_MINUTE: "1000000",
                DWELL_ORIGINS: "https://board.example",
                DWELL_LARGEST_BODY: "10000000",
                // Fetched by the scheduled sync, which a test triggers.
                DWELL_VENDORS: JSON.stringify({
                  clockwork: { baseUrl: "https://vendor.example/", ...credentials },
                }),
              },
              // An emulated ContactNow answers all requests that the Worker sends.
              outboundService: async (request) => {
                const answer = await vendor.app.fetch(
                  new globalThis.Request(request.url, {
                    method: request.method,
                    headers: [...request.headers],
                    body: request.body === null ? null : await request.text(),
                  }),
                )
                return new Response(await answer.text(), { status: answer.status, headers: [...answer.headers] })
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
        test: {
          testTimeout: shared.testTimeout,
          hookTimeout: shared.hookTimeout,
          name: "workers",
          include: ["test/workers/**/*.test.ts"],
        },
      },
    ],
  },
})
