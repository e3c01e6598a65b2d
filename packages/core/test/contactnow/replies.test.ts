import { readFileSync } from "node:fs"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as AgentDirectory from "../../src/contactnow/AgentDirectory.ts"
import type { Reason } from "../../src/contactnow/ContactNowError.ts"
import * as Token from "../../src/contactnow/Token.ts"
import type { StatusEvent } from "../../src/events/StatusEvent.ts"
import { type Connection, failure, query, vendorOf } from "./support.ts"

const File = Schema.parseJson(Schema.Struct({ fixtures: Schema.Array(Schema.Struct({ id: Schema.String })) }))
const path = new URL("../../node_modules/@dwell/emulator/fixtures/contactnow.json", import.meta.url)
const { fixtures } = Schema.decodeSync(File)(readFileSync(path, "utf8"))

const T = "0f1e2d3c4b5a69788796a5b4c3d2e1f001234567"
const available: StatusEvent = {
  uid: 20000000001n,
  uts: 1700000000,
  agent: 700101,
  status: "available",
  subcode: "",
  callid: 0n,
}
const call = { ...available, uid: 20000000002n, uts: 1700000060, status: "call", callid: 9001234n }
const wrap = { ...available, uid: 20000000003n, uts: 1700000240, status: "wrap", subcode: "callback note" }
const offline = { ...available, uid: 20000000009n, uts: 1700003600, agent: 700102, status: "offline" }

const get = Effect.flatMap(Token.Token, (token) => token.get)

/** What the reply is asked for with. */
const connectionOf = (id: string): Connection => ({ format: id.includes("xml") ? "xml" : "json" })

const tokens: Readonly<Record<string, readonly [token: string, expire: number]>> = {
  "token-get-json": [T, 1700043200],
  "token-get-json-default-format": [T, 1700043200],
  "token-get-xml": [T, 1700043200],
  "token-get-same-while-valid": [T, 1700043200],
  "token-get-new-after-expiry": ["89abcdef0123456789abcdef0123456789abcdef", 1700086401],
  "token-get-address-list": [T, 1700043200],
}

describe("a client that asks for a token", () => {
  it.effect.each(Object.keys(tokens))("has it after the reply %s", (id) =>
    Effect.gen(function* () {
      const { emulator, run } = yield* vendorOf()
      emulator.replay(id)
      const { expire, token } = yield* run(connectionOf(id))(get)
      expect([Redacted.value(token), expire]).toEqual(tokens[id])
    }),
  )
})

const refusedTokens: Readonly<Record<string, readonly [Reason, RegExp]>> = {
  "token-get-address-eleven": ["VendorRefused", /Bad argument: address/],
  "token-get-bad-credentials-json": ["CredentialsRejected", /Authentication failure/],
  "token-get-bad-credentials-xml": ["CredentialsRejected", /Authentication failure/],
}

describe("a client that is given no token", () => {
  it.effect.each(Object.keys(refusedTokens))("fails after one request with the reply %s", (id) =>
    Effect.gen(function* () {
      const { emulator, had, run } = yield* vendorOf()
      emulator.replay(id)
      const error = yield* run(connectionOf(id))(failure(get))
      expect(error.reason).toBe(refusedTokens[id]?.[0])
      expect(error.message).toMatch(refusedTokens[id]?.[1] ?? /^$/)
      expect(had("token")).toBe(1)
    }),
  )
})

const validations: Readonly<Record<string, number | Reason>> = {
  "token-validate-ok-json": 1700043200,
  "token-validate-ok-xml": 1700043200,
  "token-validate-invalid-json": "AddressRejected",
  "token-validate-invalid-xml": "AddressRejected",
  "token-validate-expired-json": "TokenRejected",
  "token-validate-expired-xml": "TokenRejected",
}

describe("a client that has a token validated", () => {
  it.effect.each(Object.keys(validations))("hears what the reply %s means", (id) =>
    Effect.gen(function* () {
      const { emulator, run } = yield* vendorOf()
      emulator.replay(id)
      const validate = Effect.flatMap(Token.Token, (token) => token.validate(Redacted.make(T)))
      const found = yield* run(connectionOf(id))(
        Effect.match(validate, { onFailure: ({ reason }) => reason, onSuccess: ({ expire }) => expire }),
      )
      expect(found).toBe(validations[id])
    }),
  )
})

const logs: Readonly<Record<string, ReadonlyArray<StatusEvent>>> = {
  "status-log-1-json": [offline],
  "status-log-1-xml": [offline],
  "status-log-3-json": [available, call, wrap],
  "status-log-3-xml": [available, call, wrap],
  "status-log-3-unsorted-json": [wrap, available, call],
  "status-log-duplicate-uid-json": [available, call, call, wrap],
  "status-log-0-json": [],
  "status-log-0-list-absent-json": [],
  "status-log-0-list-null-json": [],
  "status-log-0-list-object-json": [],
  "status-log-0-list-empty-string-json": [],
  "status-log-0-xml": [],
  "status-log-0-xml-no-list": [],
  "status-log-list-as-index-map-json": [available, call],
  "status-log-text-plain-json": [offline],
  "status-log-xml-although-json-asked": [offline],
  "status-log-default-format-xml": [offline],
  "status-log-uid-min": [call, wrap],
  "status-log-uid-range": [available, call],
  "status-log-agent-list": [available, call, wrap, offline],
  "status-log-time-bounds": [call, wrap],
}

const byUid = (events: ReadonlyArray<StatusEvent>) => events.toSorted((one, other) => Number(one.uid - other.uid))

describe("a client that asks for the log", () => {
  it.effect.each(Object.keys(logs))("has its rows after the reply %s", (id) =>
    Effect.gen(function* () {
      const { emulator, run } = yield* vendorOf()
      emulator.replay(id)
      const rows = yield* run(connectionOf(id))(query({ tstart: 1700000000 }))
      expect(byUid(rows)).toEqual(byUid(logs[id] ?? []))
    }),
  )

  it.effect("has its texts as they are declared after the reply status-log-xml-latin1", () =>
    Effect.gen(function* () {
      const { emulator, run } = yield* vendorOf()
      emulator.replay("status-log-xml-latin1")
      const rows = yield* run({ format: "xml" })(query({ tstart: 1700000000 }))
      expect(rows.map(({ subcode }) => subcode)).toEqual(["Déjeuner"])
    }),
  )
})

const refusals: Readonly<Record<string, readonly [Reason, RegExp]>> = {
  "status-log-truncated-json": ["Incomplete", /5000 rows and hands over \d/],
  "status-log-bad-argument-json": ["VendorRefused", /Bad argument: tstart/],
  "status-log-bad-argument-xml": ["VendorRefused", /Bad argument: tstart/],
  "status-log-bad-argument-xml-success-1": ["VendorRefused", /Bad argument: tstart/],
  "status-log-bad-method-json": ["VendorRefused", /Bad argument: method/],
  "empty-body-200": ["ResponseInvalid", /the answer is empty.*Check the base URL https:\/\/vendor\.test\/api\//],
  "missing-success-json": ["ResponseInvalid", /does not say whether it succeeded/],
}

describe("a client that is given no log", () => {
  it.effect.each(Object.keys(refusals))("fails after one request with the reply %s", (id) =>
    Effect.gen(function* () {
      const { emulator, had, run } = yield* vendorOf()
      emulator.replay(id)
      const error = yield* run(connectionOf(id))(failure(query({ tstart: 1700000000 })))
      expect(error.reason).toBe(refusals[id]?.[0])
      expect(error.message).toMatch(refusals[id]?.[1] ?? /^$/)
      expect(had("database")).toBe(1)
    }),
  )
})

const rejections: Readonly<Record<string, Reason>> = {
  "status-log-expired-json": "TokenRejected",
  "status-log-expired-no-expire-json": "TokenRejected",
  "status-log-unknown-token-json": "TokenRejected",
  "status-log-wrong-ip-json": "AddressRejected",
  "status-log-wrong-ip-xml": "AddressRejected",
  "status-log-missing-token-json": "AddressRejected",
}

describe("a token that is rejected", () => {
  it.effect.each(Object.keys(rejections))("once is mended by a new get and a repeat, after the reply %s", (id) =>
    Effect.gen(function* () {
      const { emulator, had, run } = yield* vendorOf({ rows: [offline] })
      emulator.replay(id)
      expect(yield* run(connectionOf(id))(query({ tstart: 1700000000 }))).toEqual([offline])
      expect([had("token"), had("database")]).toEqual([2, 2])
    }),
  )

  it.effect.each(Object.keys(rejections))("twice is final, and says why, after the reply %s", (id) =>
    Effect.gen(function* () {
      const { emulator, had, run } = yield* vendorOf({ rows: [offline] })
      emulator.replay(id)
      emulator.replay(id)
      const error = yield* run(connectionOf(id))(failure(query({ tstart: 1700000000 })))
      expect(error.reason).toBe(rejections[id])
      expect(error.remedy).toMatch(
        error.reason === "AddressRejected" ? /ties a token to the internet address/ : /clock/,
      )
      expect([had("token"), had("database")]).toEqual([2, 2])
    }),
  )
})

it.effect("a client asks again, with pauses, after the reply gateway-html-502", () =>
  Effect.gen(function* () {
    const { emulator, had, run } = yield* vendorOf({ rows: [offline] })
    emulator.replay("gateway-html-502")
    emulator.replay("gateway-html-502")
    expect(yield* run()(query({ tstart: 1700000000 }))).toEqual([offline])
    expect(had("database")).toBe(3)
  }),
)

it.effect("a client has names from agents-read-json and teams from reporting-calls-names-json, and no agent 0", () =>
  Effect.gen(function* () {
    const { emulator, run } = yield* vendorOf()
    emulator.replay("agents-read-json")
    emulator.replay("reporting-calls-names-json")
    const names = yield* run()(AgentDirectory.fromVendor({ from: 1700000000, to: 1700086400 }))
    expect([...names]).toEqual([
      [700101, { name: "Agent One", team: "Team A" }],
      [700102, { name: "Agent Two", team: null }],
    ])
  }),
)

it("each reply of the fixtures file is dealt with", () => {
  const dealtWith = [tokens, refusedTokens, validations, logs, refusals, rejections].flatMap(Object.keys)
  const alone = ["status-log-xml-latin1", "gateway-html-502", "agents-read-json", "reporting-calls-names-json"]
  expect([...dealtWith, ...alone].toSorted()).toEqual(fixtures.map(({ id }) => id).toSorted())
})
