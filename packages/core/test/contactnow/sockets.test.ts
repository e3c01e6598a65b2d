import { serve } from "@dwell/emulator/node"
import { nowhere } from "@dwell/testing/servers"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as AgentDirectory from "../../src/contactnow/AgentDirectory.ts"
import { client, driven, failure, inOrder, lineOf, noon, query, read, vendorOf } from "./support.ts"

const window = { from: noon - 86_400, to: noon }

/** An emulated vendor on a port of this machine. */
const served = Effect.gen(function* () {
  const { emulator, had } = yield* vendorOf({ agents: 6, days: 3 })
  const { url } = yield* Effect.acquireRelease(
    Effect.promise(() => serve(emulator, { port: 0 })),
    (server) => Effect.promise(() => server.close()),
  )
  const line = lineOf(globalThis.fetch)
  const rows = inOrder(emulator.centre.rows(window.from, window.to - 1))
  return { emulator, had, line, rows, services: client(line.fetch, { baseUrl: `${url}/api/` }) }
})

const log = Effect.map(read({ window, lookBackSeconds: 0 }), inOrder)

describe("a log that is read over a socket", () => {
  it.scoped("is whole where the vendor is sound", () =>
    Effect.gen(function* () {
      const { line, rows, services } = yield* served
      const [found, names] = yield* driven(line)(
        Effect.provide(Effect.all([log, AgentDirectory.fromVendor(window)]), services),
      )
      expect(rows.length).toBeGreaterThan(500)
      expect(found).toEqual(rows)
      expect(names.size).toBe(6)
    }),
  )

  it.scoped.each([
    ["drop", { at: "head" }],
    ["drop", { at: "body" }],
    ["truncate", {}],
    ["html", {}],
    ["serverError", { status: 503 }],
  ] as const)("is whole after a fault on the way, by asking again: %s %o", ([kind, options]) =>
    Effect.gen(function* () {
      const { emulator, had, line, rows, services } = yield* served
      for (const script of ["token", "database", "database"] as const) emulator.faultOnce(kind, { ...options, script })
      const whole = had("database")
      expect(yield* driven(line)(Effect.provide(log, services))).toEqual(rows)
      expect(had("token")).toBe(2)
      expect(had("database") - whole).toBeGreaterThan(3)
    }),
  )

  it.scoped.each([
    ["slowDrip", { ms: 1 }],
    ["latency", { ms: 1 }],
  ] as const)("is whole though an answer is slow: %s", ([kind, options]) =>
    Effect.gen(function* () {
      const { emulator, had, line, rows, services } = yield* served
      for (let i = 0; i < 3; i++) emulator.faultOnce(kind, { ...options, script: "database" })
      expect(yield* driven(line)(Effect.provide(log, services))).toEqual(rows)
      expect(had("token")).toBe(1)
    }),
  )

  it.effect("is a failure of transport where nothing listens, after six tries", () =>
    Effect.gen(function* () {
      yield* vendorOf()
      const line = lineOf(globalThis.fetch)
      const error = yield* failure(
        driven(line)(Effect.provide(query({}), client(line.fetch, { baseUrl: nowhere, password: "p&ss w=rd" }))),
      )
      expect(error.reason).toBe("TransportFailed")
      expect(error.message).toContain("ECONNREFUSED")
      expect(line.urls).toHaveLength(6)
    }),
  )
})
